const DOUBLED = /([bdfgmnprt])\1$/;
const VOWEL = /[aeiouy]/;
const STEMS = new Map<string, string>();
const MAX_STEMS = 4_096;
const LONGEST_WORD = 24;
const DIGIT_IN_WORD = /\d/;

/** A crude English stem: `deletion`, `deleted` and `deletes` meet in `delet`. Only ever compared with other stems. */
export function stem(word: string): string {
  const lower = word.toLowerCase();
  // Ids are their own stem, and would drive the words out.
  if (lower.length > LONGEST_WORD || DIGIT_IN_WORD.test(lower)) return lower;
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
  if (lower.length <= 3) return lower;
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

/**
 * Literals, lower case, of which one stands in every word with this stem: endings are cut off, so that a word begins with its stem, but
 * for `policies` and the irregular forms. Telling that none is there costs far less than taking a text apart.
 */
export function literalsOf(stemmed: string): string[] {
  const literals = [stemmed.length > 2 && stemmed.endsWith('y') ? stemmed.slice(0, -1) : stemmed];
  if (stemmed.startsWith('email')) literals.push('e-mail');
  for (const form of IRREGULAR.keys()) if (stem(form) === stemmed) literals.push(form);
  return literals;
}

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;
const BEYOND_ASCII = /[^\0-\x7f]/;
const OTHER = 0;
const SMALL = 1;
const CAPITAL = 2;
const DIGIT = 3;
const KINDS = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[a-z]/.test(char)) return SMALL;
  return /[A-Z]/.test(char) ? CAPITAL : /\d/.test(char) ? DIGIT : OTHER;
});

/** The words of a text, names such as `deleteCustomer_record` taken apart, lower case. */
export function wordsOf(text: string): string[] {
  return BEYOND_ASCII.test(text) ? unicodeWords(text) : asciiWords(text);
}

function asciiWords(text: string): string[] {
  const lower = text.includes('-') ? text.replace(/\be-mail/gi, 'email') : text;
  const words: string[] = [];
  for (let at = 0; at < lower.length; at++) {
    if (KINDS[lower.charCodeAt(at)] === OTHER) continue;
    const start = at;
    at = runEnd(lower, at, true);
    if (lower.charCodeAt(at) === 0x27 && isLetter(lower.charCodeAt(at + 1))) at = runEnd(lower, at + 1, false);
    words.push(lower.slice(start, at).toLowerCase());
    // A capital or digit that ended the run begins the next one.
    at--;
  }
  return words;
}

function isLetter(code: number): boolean {
  const kind = KINDS[code];
  return kind === SMALL || kind === CAPITAL;
}

/** End of a run of letters, and digits if these are wanted, before a capital behind something that is none. */
function runEnd(text: string, start: number, takesDigits: boolean): number {
  let at = start;
  let before = OTHER;
  for (; at < text.length; at++) {
    const kind = KINDS[text.charCodeAt(at)] ?? OTHER;
    if (kind === OTHER || (kind === DIGIT && !takesDigits)) break;
    if (kind === CAPITAL && (before === SMALL || before === DIGIT)) break;
    before = kind;
  }
  return at;
}

function unicodeWords(text: string): string[] {
  const apart = text
    .replace(/\be-mail/gi, 'email')
    .replace(/([\p{Ll}\p{N}])(?=\p{Lu})/gu, '$1 ')
    .replaceAll('_', ' ');
  return Array.from(apart.matchAll(WORD), (match) => match[0].toLowerCase());
}

const SHORT = 48;
const shortTexts = new Map<string, readonly string[]>();

/** The stems of a text; those of short ones, such as names of members and tools, are kept. */
export function stemsOf(text: string): readonly string[] {
  if (text.length > SHORT) return wordsOf(text).map(stem);
  let stems = shortTexts.get(text);
  if (stems === undefined) {
    stems = wordsOf(text).map(stem);
    if (shortTexts.size >= MAX_STEMS) shortTexts.clear();
    shortTexts.set(text, stems);
  }
  return stems;
}
