/** What tells a secret from a word, a name or an example of one. */

/** Shannon entropy in bits per character. */
export function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

const PLACEHOLDER =
  /^(?:[<[{(%$].*|.*[>}%]|change.?me.*|chang(?:e|eit|eme)|(?:my|your|the|some|an?|test|fake|dummy|sample|example|demo|default|insert|enter|replace|put|add)[-_ .].*|.*(?:placeholder|redacted|_here|-here|your[-_]?(?:api|token|key|secret|password)).*|none|null|nil|undefined|true|false|yes|no|empty|void|string|str|text|value|secret|token|password|passwd|key|user(?:name)?|admin|root|guest|foo(?:bar)?|bar|baz|test(?:ing)?|xxx.*|\*+.*|\.{3,}.*)$/i;
const MASKED =
  /(?:x{4,}|X{4,}|\*{3,}|\.{3,}|_{4,}|0{8,}|1{8,}|#{4,}|example|(?:0123456789|1234567890|abcdefgh).{0,40}(?:0123456789|1234567890|abcdefgh|xyz)|12345678[-A]|(?:abcd-){2})/i;
const WEAK_PASSWORD =
  /^(?:my|your|secure|strong|super|new|old|user|admin|test|db|safe|random|some|the)?[-_ *.@]?(?:secret|pass(?:word|wd|phrase)?|pwd|token)(?:[-_]?\d{0,4}|[-_](?:here|value|goes[-_]here))[!@#$]?$/i;

/** `your-api-key`, `<token>`, `${VAR}`, `xxxx`: stands for a secret and is none. */
export function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || MASKED.test(value) || WEAK_PASSWORD.test(value) || isMonotonous(value);
}

/** As {@link isPlaceholder}, for values whose format alone says that they are keys. */
export function isMasked(value: string): boolean {
  return /x{6,}|X{6,}|\*{4,}|\.{4,}|0{12,}|1{12,}/.test(value) || value.endsWith('EXAMPLE');
}

/** At most three different characters. */
function isMonotonous(value: string): boolean {
  return new Set(value).size <= 3;
}

/** The value of an assignment: a run of characters without white space, quotes or brackets. */
const RUN = /[^\s"'`<>,;|\\()[\]{}]{1,256}/y;

/** End of the run of value characters at `start`. */
export function runEnd(text: string, start: number): number {
  RUN.lastIndex = start;
  return RUN.test(text) ? RUN.lastIndex : start;
}

const SEPARATOR =
  /[\w.-]{0,24}["'`\]]{0,2}[ \t]{0,8}(?::=|=>|={1,3}|:|,|>|(?:is|was|to|ist|est|es|set to)(?=[ \t]))[ \t\r\n]{0,8}(?:[bfru]?["'`]{1,3}|\\")?/y;

/** Where the value begins that the name ending at `end` is assigned; 0 when nothing is assigned. */
export function valueStart(text: string, end: number): number {
  SEPARATOR.lastIndex = end;
  return SEPARATOR.test(text) ? SEPARATOR.lastIndex : 0;
}

const TOKEN_UNIT = /[A-Za-z0-9_]/;

/** True when a word goes on before `start`. */
export function continuesWord(text: string, start: number): boolean {
  return start > 0 && TOKEN_UNIT.test(text.charAt(start - 1));
}
