/** Code units that a regular expression looks at before the next pause, about. */
const CHUNK = 32_768;
/** Matches between two pauses. */
const MATCHES = 256;
/** Code units before a chunk that expressions may look back at. */
const BEFORE = 32;

/** A match and where it stands in the whole text. */
export interface Match {
  readonly text: string;
  readonly index: number;
}

interface Sought {
  /** Global. Looks back at most 32 code units. */
  readonly pattern: RegExp;
  /** Code units that a match may have; what of a longer one lies behind is found as another, or not at all. */
  readonly longest: number;
  /** Without a match of this, which is cheaper, there is none of the pattern. */
  readonly sign?: RegExp;
}

/** The matches of an expression in order, and nulls: places where the caller can pause, because an expression cannot. */
export function* boundedMatches(text: string, { pattern, longest, sign }: Sought): Generator<Match | null, void> {
  let next = 0;
  for (let start = 0; start < text.length; start += CHUNK) {
    const end = Math.min(text.length, start + CHUNK);
    if (start > 0) yield null;
    if (next >= end) continue;
    const base = Math.max(0, start - BEFORE);
    const isWhole = base === 0 && end === text.length;
    const part = isWhole ? text : text.slice(base, end + longest);
    if (sign?.test(part) === false) continue;
    next = Math.max(next, start);
    for (let count = 1; ; count++) {
      // Set each time: somebody else may use the expression during a pause.
      pattern.lastIndex = next - base;
      const match = pattern.exec(part);
      if (match === null || base + match.index >= end) break;
      next = base + pattern.lastIndex;
      yield { text: match[0], index: base + match.index };
      if (count % MATCHES === 0) yield null;
    }
  }
}
