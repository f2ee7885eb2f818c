/** A stretch of one text within a joined one. */
interface Piece {
  readonly textIndex: number;
  /** Where the stretch begins and ends in its text. */
  readonly start: number;
  readonly end: number;
  /** Where it begins in the joined text. */
  readonly at: number;
}

/** Several texts, or part of a long one, as one text for a service that takes one at a time. */
export interface JoinedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

export interface JoinLimits {
  readonly maxChars: number;
  /** Code units that two parts of one long text have in common, so that what stands across the cut is seen whole. */
  readonly overlap: number;
}

const SEPARATOR = '\n';
/** A cut is moved back to a space that is at most so far away. */
const MAX_BACK = 200;

/** The texts in order, each on a line of its own, in as few joined texts as the limit allows. Every code unit is in at least one. */
export function joinTexts(texts: readonly string[], { maxChars, overlap }: JoinLimits): JoinedText[] {
  const joined: JoinedText[] = [];
  let text = '';
  let pieces: Piece[] = [];
  const finish = (): void => {
    if (pieces.length > 0) joined.push({ text, pieces });
    text = '';
    pieces = [];
  };
  texts.forEach((whole, textIndex) => {
    for (let start = 0; start < whole.length;) {
      const lead = pieces.length === 0 ? '' : SEPARATOR;
      const isShort = whole.length - start <= maxChars;
      if (text.length + lead.length + Math.min(whole.length - start, maxChars) > maxChars) {
        finish();
        continue;
      }
      const end = isShort ? whole.length : cutBefore(whole, start, start + maxChars);
      pieces.push({ textIndex, start, end, at: text.length + lead.length });
      text += lead + whole.slice(start, end);
      if (end === whole.length) break;
      const next = withinPair(whole, end - overlap);
      // Never back to where this part began: a part is at least half new.
      start = next - start > (end - start) / 2 ? next : end;
    }
  });
  finish();
  return joined;
}

/** The last place to cut up to `limit`: after white space when there is some nearby, and never within a surrogate pair. */
function cutBefore(text: string, start: number, limit: number): number {
  for (let at = limit; at > Math.max(start + 1, limit - MAX_BACK); at--) {
    if (/\s/.test(text.charAt(at - 1))) return at;
  }
  const whole = withinPair(text, limit);
  return whole > start ? whole : limit;
}

/** One back when the place is between the halves of a pair. */
function withinPair(text: string, at: number): number {
  const low = text.charCodeAt(at);
  const high = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff ? at - 1 : at;
}
