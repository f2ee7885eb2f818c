/** How far back the beginning of an address is looked for. */
const MAX_URL = 2_048;
/** What ends an address, or stands before it. Not angle brackets: a placeholder has them. */
const URL_EDGE = /[\s"'()]/;
const URL_START = /(?:https?:)?\/\//i;
/** An image in Markdown, and what HTML and CSS fetch without being asked to. */
const FETCHED =
  /(?:!\[[^\]\n]{0,500}\]\(\s{0,4}<?|\b(?:src|srcset|poster|background|data|href)\s{0,4}=\s{0,4}["']?|url\(\s{0,4}["']?)$/i;
const LINK_TAG = /<(?:a|area)\b[^<>]{0,1000}$/i;

/**
 * True when the text at `at` belongs to an address that a client fetches when it shows the text: whatever stands in there is sent to a
 * host of the text's author. Links that a person follows are not meant.
 */
export function sendsItself(text: string, at: number): boolean {
  let start = at;
  const limit = Math.max(0, at - MAX_URL);
  while (start > limit && !URL_EDGE.test(text.charAt(start - 1))) start--;
  const address = URL_START.exec(text.slice(start, at));
  if (address === null) return false;
  const urlStart = start + address.index;
  const before = text.slice(Math.max(0, urlStart - 1_100), urlStart);
  const fetched = FETCHED.exec(before.slice(-600));
  if (fetched === null) return false;
  return !/^href/i.test(fetched[0]) || !LINK_TAG.test(before);
}
