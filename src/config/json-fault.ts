/** Where a text stops being JSON or repeats a member name; line and column are 1-based. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  readonly what: 'syntax' | 'duplicate';
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What is expected next, and the token kinds that fit: a mark stands for itself, `"` for a string, `s` for any other scalar. */
const ACCEPTS = {
  value: '{["s',
  'first item': '{["s]',
  key: '"',
  'first key': '"}',
  colon: ':',
  'rest of object': ',}',
  'rest of array': ',]',
  nothing: '',
} as const;
type Expect = keyof typeof ACCEPTS;

/** Open objects (their member names so far) and arrays (null), outermost first. */
type Stack = (Set<string> | null)[];

/**
 * Finds the first fault of a text that the strict parser refused, so that a person can go there. JSON.parse's own message is not
 * used: it quotes the text around the fault, and that text may be a secret. Null when no fault is found.
 */
export function locateJsonFault(text: string): JsonFault | null {
  const stack: Stack = [];
  let expect: Expect = 'value';
  let at = skip(SPACE, text, 0) ?? 0;
  while (at < text.length) {
    const token = readToken(text, at);
    if (token === null || !ACCEPTS[expect].includes(token.kind)) return faultAt(text, at, 'syntax');
    if (expect === 'key' || expect === 'first key') {
      if (!addKey(text.slice(at, token.end), token.kind, stack)) return faultAt(text, at, 'duplicate');
      expect = token.kind === '"' ? 'colon' : close(stack);
    } else expect = advance(token.kind, stack);
    at = skip(SPACE, text, token.end) ?? token.end;
  }
  return expect === 'nothing' ? null : faultAt(text, at, 'syntax');
}

function readToken(text: string, at: number): { kind: string; end: number } | null {
  const first = text.charAt(at);
  if (first === '"') {
    const end = endOfString(text, at);
    return end === null ? null : { kind: '"', end };
  }
  if ('{}[],:'.includes(first)) return { kind: first, end: at + 1 };
  const end = skip(SCALAR, text, at);
  return end === null ? null : { kind: 's', end };
}

/** False when the member name is already there. A closing brace in its place is fine. */
function addKey(token: string, kind: string, stack: Stack): boolean {
  const keys = stack.at(-1);
  if (kind !== '"' || keys === undefined || keys === null) return true;
  const key = JSON.parse(token) as string;
  if (keys.has(key)) return false;
  keys.add(key);
  return true;
}

/** What comes after a token of this kind where a member name is not due. */
function advance(kind: string, stack: Stack): Expect {
  switch (kind) {
    case '{':
      stack.push(new Set());
      return 'first key';
    case '[':
      stack.push(null);
      return 'first item';
    case ':':
      return 'value';
    case ',':
      return stack.at(-1) === null ? 'value' : 'key';
    case '}':
    case ']':
      return close(stack);
    default:
      return afterValue(stack);
  }
}

function close(stack: Stack): Expect {
  stack.pop();
  return afterValue(stack);
}

function afterValue(stack: Stack): Expect {
  if (stack.length === 0) return 'nothing';
  return stack.at(-1) === null ? 'rest of array' : 'rest of object';
}

/** Index after the match of a sticky pattern at `from`; null when it does not match there. */
function skip(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** Index after the string that starts at `start`; null when there is none, or it is broken. */
function endOfString(text: string, start: number): number | null {
  if (text.charAt(start) !== '"') return null;
  let at = start + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return null;
    if (code !== 0x5c) {
      at++;
      continue;
    }
    const after = skip(ESCAPE, text, at);
    if (after === null) return null;
    at = after;
  }
  return null;
}

function faultAt(text: string, index: number, what: JsonFault['what']): JsonFault {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  return { line, column: index - before.lastIndexOf('\n'), what };
}
