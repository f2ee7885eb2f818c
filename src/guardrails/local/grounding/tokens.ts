/** What one token of a text states. `word` carries no value of its own. */
type TokenKind = 'number' | 'date' | 'time' | 'id' | 'name' | 'word';

/** One token. `keys` are its comparable forms, the most exact first: `3620`, `2024-05-22`, `t23:00`, `hat082`. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly keys: readonly string[];
  /** Only of a number. */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH =
  '(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)';
/** Every part is bounded, so that a token costs the same in any text. */
const TOKEN = new RegExp(
  [
    '(\\d{4}-\\d{2}-\\d{2})(?:[T ](?=\\d{2}:))?(?!\\d)',
    `(\\d{1,2}(?:st|nd|rd|th)?\\s(?:of\\s)?${MONTH}\\b\\.?(?:,?\\s\\d{4}(?!\\d))?)`,
    `(\\b${MONTH}\\.?\\s\\d{1,2}(?:st|nd|rd|th)?(?!\\d)(?:,?\\s\\d{4}(?!\\d))?)`,
    `(\\b${MONTH}\\.?,?\\s\\d{4}(?!\\d))`,
    '(\\d{1,2}[/.]\\d{1,2}[/.]\\d{4}(?!\\d))',
    '(\\d{1,2}:\\d{2}(?!\\d)(?::\\d{2})?(?:\\s?[ap]\\.?m\\b)?|\\d{1,2}\\s?[ap]\\.?m\\b)',
    '([\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,4})',
    "((?<![\\p{L}\\d])[-−]?\\d[\\d,.']{0,30}(?:(?:k|m)\\b|\\s?(?:bn|million|billion|thousand|hundred)\\b|\\s?%)?(?![\\p{L}_\\d]))",
    "([\\p{L}\\p{N}_](?:[\\p{L}\\p{N}_]|[-.'’/](?=[\\p{L}\\p{N}_])){0,80})",
  ].join('|'),
  'giu',
);

/** Days and months: `January` and `Jan` are one word. */
export const CALENDAR =
  /^(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)$/i;
const WORD_NUMBERS = new Map(
  'zero,one,two,three,four,five,six,seven,eight,nine,ten,eleven,twelve,thirteen,fourteen,fifteen'
    .split(',')
    .map((word, value) => [word, value]),
);
const SCALES = new Map([
  ['k', 1e3],
  ['thousand', 1e3],
  ['m', 1e6],
  ['million', 1e6],
  ['bn', 1e9],
  ['billion', 1e9],
  ['hundred', 100],
]);

/** Words that were read already: most texts use few different ones. */
const read = new Map<string, Read>();
const MAX_READ = 4_096;

/** Tokens of a text in order. Linear. */
export function readTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const end = plainWordEnd(text, at);
    if (end > at) {
      const word = text.slice(at, end);
      tokens.push({ text: word, start: at, end, ...readCached(word) });
      at = end;
      continue;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) break;
    // A plain word in front of the match is read by the fast path.
    const from = match.index;
    const piece = match[0];
    const value = match[WORD] === undefined ? readMatch(match) : readCached(piece);
    tokens.push({ text: piece, start: from, end: from + piece.length, ...value });
    at = from + piece.length;
  }
  return tokens;
}

/** End of a run of small ASCII letters that nothing joins and that is no month; else `at`. */
function plainWordEnd(text: string, at: number): number {
  let end = at;
  while (end - at < 40 && isSmall(text.charCodeAt(end))) end++;
  if (end - at < 2 || (end < text.length && !ENDING.has(text.charCodeAt(end)))) return at;
  return MONTH_STARTS.has(text.slice(at, at + 3)) ? at : end;
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}

/** White space and marks behind which no word goes on. */
const ENDING = new Set(Buffer.from(' \n\t\r",;:!?()[]{}'));
const MONTH_STARTS = new Set(MONTHS);

function readCached(word: string): Read {
  const known = read.get(word);
  if (known !== undefined) return known;
  if (read.size >= MAX_READ) read.clear();
  const value = readWord(word);
  if (word.length <= 40) read.set(word, value);
  return value;
}

type Read = Pick<Token, 'kind' | 'keys' | 'value'>;

/** Groups of the expression: dates come first. */
const [TIME, LINK, NUMBER, WORD] = [6, 7, 8, 9];

function readMatch(match: RegExpExecArray): Read {
  const text = match[0];
  if (match[NUMBER] !== undefined) return readNumber(text);
  if (match[TIME] !== undefined) return readTime(text);
  if (match[LINK] !== undefined) return { kind: 'id', keys: [text.toLowerCase()], value: Number.NaN };
  return readDate(text);
}

function readWord(text: string): Read {
  const lower = text.toLowerCase();
  const spelled = WORD_NUMBERS.get(lower);
  if (spelled !== undefined && spelled !== 1) return { kind: 'number', keys: [String(spelled)], value: spelled };
  const glued = /^(\d{1,12}(?:\.\d{1,6})?)-?(\p{L}{1,4})$/u.exec(text);
  if (glued !== null) return readNumber(glued[1] ?? '');
  if (/\d|_/.test(text) || /^\p{Lu}{2,}$/u.test(text)) return { kind: 'id', keys: [lower], value: Number.NaN };
  const isCapital = /^\p{Lu}/u.test(text);
  if (isCalendarWord(text, isCapital)) return { kind: 'name', keys: [lower.slice(0, 3)], value: Number.NaN };
  return { kind: isCapital ? 'name' : 'word', keys: [stem(lower)], value: Number.NaN };
}

/** `may`, `sun` and `march` in small letters are words like others. */
function isCalendarWord(text: string, isCapital: boolean): boolean {
  return (isCapital || (text.length > 4 && text !== 'march')) && CALENDAR.test(text);
}

function readNumber(text: string): Read {
  const [, sign = '', digits = '', unit = ''] = /^([-−]?)([\d,.']+?)[,.']?\s?(%|[a-z]+)?$/i.exec(text) ?? [];
  const scale = SCALES.get(unit.toLowerCase()) ?? 1;
  const magnitude = plainNumber(digits) * scale;
  const keys = [numberKey(magnitude)];
  // `5m` may be five metres.
  if (scale !== 1) keys.push(numberKey(magnitude / scale));
  // 15 % may stand as 0.15 in a record.
  if (unit === '%') keys.push(numberKey(magnitude / 100));
  return { kind: 'number', keys, value: sign === '' ? magnitude : -magnitude };
}

/** `3,620.00`, `3.620,00` and `3'620` are 3620; `3,5` is 3.5. */
function plainNumber(digits: string): number {
  if (/^\d{1,3}(?:\.\d{3})+,\d{1,2}$/.test(digits)) return Number(digits.replaceAll('.', '').replace(',', '.'));
  if (/^\d{1,9},\d{1,2}$/.test(digits)) return Number(digits.replace(',', '.'));
  const plain = digits.replace(/[,']/g, '');
  const number = Number(plain);
  return Number.isNaN(number) ? Number(plain.replaceAll('.', '')) : number;
}

/** How a number is compared: up to six decimals. */
function numberKey(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

function readTime(text: string): Read {
  const parts = /^(\d{1,2})(?::(\d{2}))?(?::\d{2})?\s?([ap])?/i.exec(text);
  const half = parts?.[3]?.toLowerCase();
  const hour = Number(parts?.[1] ?? 0);
  const turned = half === 'p' ? (hour % 12) + 12 : half === 'a' ? hour % 12 : hour;
  return { kind: 'time', keys: [`t${String(turned)}:${parts?.[2] ?? '00'}`], value: Number.NaN };
}

function readDate(text: string): Read {
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  const [first = 0, second = 0, third = 0] = numbers;
  const month =
    MONTHS.indexOf((/[a-z]{3,}/i.exec(text.replace(/\d(?:st|nd|rd|th)/i, ''))?.[0] ?? '').slice(0, 3).toLowerCase()) +
    1;
  if (month > 0) {
    const year = numbers.find((number) => number > 31);
    const day = first <= 31 ? first : undefined;
    return { kind: 'date', keys: dateKeys(year, month, day), value: Number.NaN };
  }
  if (first > 31) return { kind: 'date', keys: dateKeys(first, second, third), value: Number.NaN };
  // 05/06/2024 is read both ways: which one is meant cannot be seen.
  const keys = [
    ...(second <= 12 ? dateKeys(third, second, first) : []),
    ...(first <= 12 ? dateKeys(third, first, second) : []),
  ];
  return { kind: 'date', keys, value: Number.NaN };
}

function dateKeys(year: number | undefined, month: number, day: number | undefined): string[] {
  const monthDay = day === undefined ? [] : [`--${String(month)}-${String(day)}`];
  if (year === undefined) return monthDay;
  const full = day === undefined ? [] : [`${String(year)}-${String(month)}-${String(day)}`];
  return [...full, `${String(year)}-${String(month)}`, ...monthDay];
}

/** How a token stands in a phrase. */
export function wordForm(token: Token): string {
  return token.kind === 'name' && CALENDAR.test(token.text) ? (token.keys[0] ?? '') : token.text.toLowerCase();
}

/** A crude stem: enough to join `reports`, `reported` and `report`. */
export function stem(word: string): string {
  const bare = word.replace(/['’]s$/, '').replaceAll("'", '');
  if (bare.length > 5 && bare.endsWith('ing')) return bare.slice(0, -3);
  if (bare.length > 5 && bare.endsWith('ies')) return `${bare.slice(0, -3)}y`;
  if (bare.length > 4 && bare.endsWith('ed')) return bare.slice(0, -2);
  if (bare.length > 3 && bare.endsWith('s') && !bare.endsWith('ss')) return bare.slice(0, -1);
  return bare;
}

/** Words of a name such as `mem_mb`, `memMb` or `get-user`, as stems. */
export function nameWords(name: string): readonly string[] {
  if (name.length > MAX_NAME || HAS_DIGIT.test(name)) return readName(name);
  let words = names.get(name);
  if (words === undefined) {
    words = readName(name);
    if (names.size >= MAX_NAMES) names.clear();
    names.set(name, words);
  }
  return words;
}

const HAS_DIGIT = /\d/;
/** Names of tools and members come back with every call; ids do not. */
const names = new Map<string, readonly string[]>();
const MAX_NAMES = 1_024;
const MAX_NAME = 40;

function readName(name: string): string[] {
  return name
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(stem);
}
