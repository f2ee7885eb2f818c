const DOUBLED = /([bdfgmnprt])\1$/;
const VOWEL = /[aeiouy]/;
const STEMS = new Map<string, string>();
const MAX_STEMS = 4_096;

/** A crude English stem: `deletion`, `deleted` and `deletes` meet in `delet`. Only ever compared with other stems. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  let known = STEMS.get(lower);
  if (known === undefined) {
    known = compute(lower);
    if (STEMS.size >= MAX_STEMS) STEMS.clear();
    STEMS.set(lower, known);
  }
  return known;
}

/** Forms that the endings do not explain, and nouns that only look like a verb's form. */
const IRREGULAR = new Map(
  `sent send,paid pay,bought buy,wrote write,written write,told tell,given give,gave give,shown show,made make,ran run,spent spend,sold sell,took take,taken take,
  drawn draw,withdrew withdraw,withdrawn withdraw,went go,gone go,setting setting,settings setting,pricing price,building building,lent lend,built build,forgot forget,
  kept keep,held hold,erasure erase,removal remov,disclosure disclos,approval approv,purchase purchas,refusal refus,access access,personnel personnel,staff staff,
  analyses analysis,children child,people person,persons person,addresses address,apis api,processes process,payroll payroll,installation install,transferred transfer,
  creation creat,modification modify,configuration config,publication publish,termination terminat,cancellation cancel,canceled cancel,cancelled cancel,installment installment`
    .split(',')
    .map((pair): [string, string] => {
      const [form = '', root = ''] = pair.trim().split(' ');
      return [form, root];
    }),
);

function compute(lower: string): string {
  const irregular = IRREGULAR.get(lower);
  if (irregular !== undefined) return irregular.length > 3 ? bare(irregular) : irregular;
  if (lower.length <= 3 || /\d/.test(lower)) return lower;
  return bare(withoutEnding(singular(lower)));
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return word.slice(0, -3) + 'y';
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (/(?:s|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}

function withoutEnding(word: string): string {
  const verb = /(?:ing|ed)$/.exec(word);
  if (verb !== null) {
    const root = word.slice(0, verb.index);
    if (root.length >= 3 && VOWEL.test(root)) return root.replace(DOUBLED, '$1');
  }
  const noun = /(?:ation|ion|ment)$/.exec(word);
  if (noun !== null && noun.index >= 3) return word.slice(0, noun.index);
  return word;
}

/** `labell` and `label`, `change` and `chang`, `policy` and `polici` meet. */
function bare(word: string): string {
  return word
    .replace(/(?:at)?e$/, (end) => (end === 'e' || word.length < 7 ? end.slice(0, -1) : ''))
    .replace(/ll$/, 'l');
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;

/** The words of a text, names such as `deleteCustomer_record` taken apart, lower case. */
export function wordsOf(text: string): string[] {
  const apart = text
    .replace(/\be-mail/gi, 'email')
    .replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1 ')
    .replaceAll('_', ' ');
  return Array.from(apart.matchAll(WORD), (match) => match[0].toLowerCase());
}

export function stemsOf(text: string): string[] {
  return wordsOf(text).map(stem);
}
