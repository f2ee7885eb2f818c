import { graver, type Problem } from './problem.js';
import { FUNCTION_WORDS, OPENERS } from './prose.js';
import type { Source } from './source-records.js';
import { rowsOf } from './source-rows.js';
import type { Token } from './tokens.js';

/** Distinct values compared by search in the text. */
const MAX_SEARCHES = 60;

/** Numbers, dates, ids and names of a statement that the source does not have. */
export function checkValues(
  asked: readonly Token[],
  tokens: readonly Token[],
  source: Source,
  lower: string,
): Problem | null {
  let worst: Problem | null = null;
  let searches = 0;
  for (const token of asked) {
    if (searches > MAX_SEARCHES) break;
    if (token.kind === 'word' || isKnown(token, source)) continue;
    searches++;
    worst = graver(worst, missing(token, tokens, source, lower));
  }
  return worst;
}

function isKnown(token: Token, source: Source): boolean {
  if (token.kind !== 'date') return token.keys.some((key) => source.words.has(key));
  const full = token.keys.filter((key) => /^\d+-\d+-\d+$/.test(key));
  return (full.length > 0 ? full : token.keys).some((key) => source.words.has(key));
}

function missing(token: Token, tokens: readonly Token[], source: Source, lower: string): Problem | null {
  switch (token.kind) {
    case 'number':
      return missingNumber(token, tokens, source);
    case 'date':
      return missingDate(token, source);
    case 'time':
      return { rule: 'value.time', score: 0.82 };
    case 'id':
      return missingId(token, source, lower);
    default:
      return missingName(token, tokens, lower);
  }
}

function missingNumber(token: Token, tokens: readonly Token[], source: Source): Problem | null {
  const value = Math.abs(token.value);
  // `1.` in front of an item, and counts of what is listed.
  if (token === tokens[0] && value < 30 && tokens.length > 2) return { rule: 'value.number', score: 0.3 };
  if (isGroupCount(value, source)) return { rule: 'value.derived', score: 0.34 };
  if (isDerived(value, tokens, source)) return { rule: 'value.derived', score: 0.28 };
  if (isRounded(token, source)) return { rule: 'value.rounded', score: 0.25 };
  const isSmallCount =
    Number.isInteger(value) && value <= Math.max(source.records.length, source.sentences.length) && value < 13;
  return { rule: 'value.number', score: isSmallCount ? 0.62 : 0.9 };
}

/** How often one value stands in a column: `2 are open`. */
function isGroupCount(value: number, source: Source): boolean {
  return source.records.length > 1 && rowsOf(source).groupCounts.has(value);
}

const DERIVING = new Set(
  'by grew rose fell grow increase increased decreased dropped total sum together combined altogether difference more less fewer longer later earlier after years year days day months average left remaining save saved both'.split(
    ' ',
  ),
);
const MAX_PAIRED = 60;

/** Sum or difference of two numbers of the source, where the statement says that it computes; and the number of a table's rows. */
function isDerived(value: number, tokens: readonly Token[], source: Source): boolean {
  if (source.tables.some((table) => table.length === value && value > 1)) return true;
  if (!tokens.some((token) => DERIVING.has(token.text.toLowerCase()))) return false;
  const numbers = source.numbers.slice(0, MAX_PAIRED);
  const sum = numbers.reduce((a, b) => a + b, 0);
  if (Math.abs(sum - value) < 0.01) return true;
  return numbers.some((a, at) =>
    numbers.slice(at + 1).some((b) => Math.abs(a + b - value) < 0.01 || Math.abs(Math.abs(a - b) - value) < 0.01),
  );
}

/** `about 3.6 thousand` of 3,620, `21` of 21.4: fewer digits than the source, or none behind the point. */
function isRounded(token: Token, source: Source): boolean {
  const digits = token.text.replace(/\D/g, '').replace(/0+$/, '').length;
  if (digits === 0 || Number.isNaN(token.value)) return false;
  const isRough = /\.\d|0{2,}$|[a-z]$/i.test(token.text.replace(/,/g, ''));
  const value = Math.abs(token.value);
  return source.numbers.some((number) => {
    const exact = Math.abs(number);
    if (exact === value) return false;
    if (Math.round(exact) === value && value > 2) return true;
    const isShorter = String(exact).replace(/\D/g, '').length > digits;
    return (
      isRough && isShorter && Number(exact.toPrecision(digits)) === value && Math.abs(exact - value) <= exact * 0.03
    );
  });
}

/** A full date whose day and month the source has without a year is half right. */
function missingDate(token: Token, source: Source): Problem {
  const monthDay = token.keys.find((key) => key.startsWith('--'));
  const isHalf = monthDay !== undefined && source.words.has(monthDay);
  return { rule: 'value.date', score: isHalf ? 0.58 : 0.9 };
}

function missingId(token: Token, source: Source, lower: string): Problem | null {
  const key = token.keys[0] ?? '';
  if (!/[\p{L}\p{N}]/u.test(key)) return null;
  if (source.names.has(key) || (key.length > 5 && lower.includes(key))) return null;
  const parts = key.split(/[_/.-]+/);
  if (parts.length > 1 && parts.every((part) => source.words.has(part))) return null;
  const isAcronym = /^\p{Lu}{2,4}$/u.test(token.text);
  return { rule: 'value.id', score: isAcronym && COMMON.has(key) ? 0.3 : 0.86 };
}

const COMMON = new Set(
  'usd eur gbp id ok am pm utc gmt est pst api url us uk eu iso pdf csv json cpu ram gb mb kb ceo cto hr it vat faq'.split(
    ' ',
  ),
);

function missingName(token: Token, tokens: readonly Token[], lower: string): Problem | null {
  const word = token.text.toLowerCase();
  const bare = word.replace(/['’]s$/, '');
  if (
    bare.length < 3 ||
    FUNCTION_WORDS.has(token.keys[0] ?? '') ||
    OPENERS.has(bare) ||
    (bare.length > 4 && lower.includes(bare))
  )
    return null;
  const at = tokens.indexOf(token);
  const next = tokens[at + 1];
  const isPair = next?.kind === 'name' && next.start - token.end <= 1;
  if (at === 0 && tokens.length > 1 && !isPair) return { rule: 'value.name', score: 0.44 };
  return { rule: 'value.name', score: 0.8 };
}

const MAX_QUOTES = 20;

/** Quoted words must stand in the source as they are. */
export function checkQuotes(text: string, lower: string): Problem | null {
  for (const quote of [...text.matchAll(/["“]([^"“”\n]{3,200})["”]/g)].slice(0, MAX_QUOTES)) {
    const words = (quote[1] ?? '')
      .toLowerCase()
      .replace(/[.,!?]$/, '')
      .trim();
    if (!lower.includes(words)) return { rule: 'value.quote', score: 0.84 };
  }
  return null;
}
