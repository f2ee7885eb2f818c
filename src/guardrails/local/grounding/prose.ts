import { noteTokens, post, type Source } from './source-records.js';
import { readTokens, type Token } from './tokens.js';

/** Splits prose at the ends of sentences and lines, and indexes each sentence. Linear. */
export function readProse(text: string, source: Source): void {
  for (const part of splitSentences(text)) {
    const tokens = readTokens(part);
    if (tokens.length === 0) continue;
    noteTokens(source, tokens);
    const index = source.sentences.length;
    const keys = new Set(tokens.flatMap((token) => token.keys));
    source.sentences.push({ keys, tokens });
    for (const key of keys) post(source.inSentence, key, index);
  }
}

const ABBREVIATION = /(?:\b(?:mr|mrs|ms|dr|st|no|vs|inc|ltd|co|jr|sr|e\.g|i\.e|approx|dept|fig)|\b\p{Lu})\.$/iu;

/** Sentences and lines of a text, without the mark at the end. */
export function splitSentences(text: string): string[] {
  const parts: string[] = [];
  for (const line of text.split('\n')) {
    let held = '';
    for (const piece of line.split(/(?<=[.!?;])\s+(?=[\p{Lu}\p{N}"“‘($€£•-])/u)) {
      held = held === '' ? piece : `${held} ${piece}`;
      if (ABBREVIATION.test(held.slice(-12))) continue;
      parts.push(held);
      held = '';
    }
    if (held !== '') parts.push(held);
  }
  return parts.filter((part) => part.trim() !== '');
}

/** Tokens that carry meaning of their own: no articles, prepositions and the like. */
export function contentKeys(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token) => {
    const key = token.keys[0] ?? '';
    return key.length > 2 && !FUNCTION_WORDS.has(key) ? [key] : [];
  });
}

export const FUNCTION_WORDS = new Set(
  (
    'the a an and or but nor so yet of in on at by for with from to into onto over under about as is are was were be been being am ' +
    'do does did doing done has have had having will would shall should can could may might must it its they them their he him his she ' +
    'her hers we us our you your i me my this that these those there here which who whom whose what when where why how than then also ' +
    'too very just only not no yes if else while because since until after before during between both each all any some more most less ' +
    'least many much few other such own same per via one ones according based record records value source document data shown show ' +
    'list listed report reported say said stat state given answer follow'
  ).split(' '),
);

/** Words with a capital that open a sentence and name nobody. */
export const OPENERS = new Set(
  (
    'please thanks thank hello dear regards best sincerely note however therefore overall finally additionally moreover further furthermore unfortunately yes total average currently today ' +
    'server customer user order item product flight booking reservation name price date amount value status email address phone city country ' +
    'total highest lowest number most all every none it he she they we you there this that mr mrs ms dr am pm'
  ).split(' '),
);
