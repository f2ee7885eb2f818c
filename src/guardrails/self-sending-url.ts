/** How far back the beginning of what fetches is looked for; what begins before that is taken to go on. */
const LOOK_BACK = 8_192;
const MAX_TRIES = 32;
/** A placeholder in the text before: its brackets are not the text's own. */
const PLACEHOLDER = /<[A-Z_]{1,24}_\d{1,9}_[0-9a-z]{8}>/gi;
const ATTRIBUTE = /\b(src|srcset|poster|background|data|href|action|content)\s{0,16}=\s{0,16}/gi;
/** A definition that a Markdown image may refer to from anywhere. */
const REFERENCE = /^ {0,3}\[[^\]\n]{1,200}\]:[^\n]*$/;
const FOLLOWED_BY_HAND = /<(?:a|area)\b[^<]{0,2000}$/i;
const IMPORT = /@import\s[^;\n]{0,2048}$/i;

/**
 * True when the text at `at` may belong to an address that a client fetches when it shows the text: whatever stands there is sent to a
 * host of the text's author. When in doubt it does. Links that a person follows are not meant.
 */
export function sendsItself(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LOOK_BACK), at).replace(PLACEHOLDER, (found) => 'x'.repeat(found.length));
  return (
    REFERENCE.test(before.slice(before.lastIndexOf('\n') + 1)) ||
    isInImage(before) ||
    isInStyle(before) ||
    isInAttribute(before)
  );
}

/** Behind `![…](`, the parenthesis not closed since. */
function isInImage(before: string): boolean {
  let open = before.lastIndexOf('](');
  for (let tries = 0; open >= 0 && tries < MAX_TRIES; tries++) {
    const image = before.lastIndexOf('![', open);
    if (image >= 0 && !isClosed(before, open + 1, '(', ')') && !before.slice(image, open).includes('\n\n')) return true;
    open = open === 0 ? -1 : before.lastIndexOf('](', open - 1);
  }
  return false;
}

/** Behind `url(` or `@import`. */
function isInStyle(before: string): boolean {
  const open = before.toLowerCase().lastIndexOf('url(');
  return (open >= 0 && !isClosed(before, open + 3, '(', ')')) || IMPORT.test(before);
}

/** In the value of an attribute that fetches. */
function isInAttribute(before: string): boolean {
  for (const match of before.matchAll(ATTRIBUTE)) {
    const start = match.index + match[0].length;
    const quote = before.charAt(start);
    const value = before.slice(start + 1);
    const isOpen = quote === '"' || quote === "'" ? !value.includes(quote) : !/[\s>]/.test(quote + value);
    if (!isOpen) continue;
    const isFollowed = match[1]?.toLowerCase() === 'href' && FOLLOWED_BY_HAND.test(before.slice(0, match.index));
    if (!isFollowed) return true;
  }
  return false;
}

/** True when the bracket at `from` is balanced before the text ends. */
function isClosed(text: string, from: number, opening: string, closing: string): boolean {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === opening) depth++;
    else if (char === closing && --depth === 0) return true;
  }
  return false;
}
