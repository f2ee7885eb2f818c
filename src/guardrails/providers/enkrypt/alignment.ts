import type { Hit } from '../../local/hit.js';
import type { JoinedText } from '../joined-texts.js';

/** A stretch of the original text that the service replaced. */
export interface ReplacedSpan {
  readonly start: number;
  readonly end: number;
  /** As the service calls it, in capitals, such as PERSON. */
  readonly category: string;
}

/** What stands in the place of personal data: `<PERSON_0>`. */
const PLACEHOLDER = /<([A-Za-z][A-Za-z0-9_ -]{0,31})_\d{1,9}>/g;

interface Gap {
  readonly category: string;
  readonly placeholder: string;
  /** What stands between this placeholder and the next one, or the end. */
  readonly after: string;
}

/**
 * Where the placeholders of a redacted text belong in the original: the text between them must be found there letter by letter and in
 * order. When several places fit, the first is taken; what is between the found pieces is replaced in any case, so nothing becomes
 * visible that the service took out. Null = the answer is not the original with parts replaced.
 */
export function alignRedaction(original: string, redacted: string): readonly ReplacedSpan[] | null {
  const { before, gaps } = splitAtPlaceholders(redacted);
  const last = gaps.at(-1);
  if (last === undefined) return original === redacted ? [] : null;
  const lastEnd = original.length - last.after.length;
  if (!original.startsWith(before) || !original.endsWith(last.after)) return null;
  const spans: ReplacedSpan[] = [];
  let at = before.length;
  for (const gap of gaps) {
    // A value has at least one letter.
    const end = gap === last ? lastEnd : original.indexOf(gap.after, at + 1);
    if (end <= at || end > lastEnd) return null;
    // What only looked like a placeholder before is left as it was.
    if (original.slice(at, end) !== gap.placeholder) spans.push({ start: at, end, category: gap.category });
    at = end + gap.after.length;
  }
  return spans;
}

function splitAtPlaceholders(redacted: string): { readonly before: string; readonly gaps: readonly Gap[] } {
  const found = [...redacted.matchAll(PLACEHOLDER)];
  const gaps: Gap[] = [];
  const [first] = found;
  found.forEach((match, index) => {
    const after = redacted.slice(match.index + match[0].length, found[index + 1]?.index ?? redacted.length);
    const previous = gaps.at(-1);
    // Nothing tells where one of two neighbours ends: they are one value.
    if (previous?.after === '') gaps[gaps.length - 1] = { ...previous, after };
    else gaps.push({ category: categoryOf(match[1] ?? ''), placeholder: match[0], after });
  });
  return { before: redacted.slice(0, first?.index ?? redacted.length), gaps };
}

/** Letters, digits and underscores, as placeholders of the vault are made of. */
function categoryOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
}

/** The spans of a joined text as hits in its texts, added to what is there. A value that runs over two texts is a hit in each. */
export function addHits(joined: JoinedText, spans: readonly ReplacedSpan[], hits: Map<number, Hit[]>): void {
  let first = 0;
  for (const span of spans) {
    for (let index = first; index < joined.pieces.length; index++) {
      const piece = joined.pieces[index];
      if (piece === undefined || piece.at >= span.end) break;
      const length = piece.end - piece.start;
      const from = Math.max(span.start - piece.at, 0);
      const to = Math.min(span.end - piece.at, length);
      if (from >= to) {
        if (piece.at + length <= span.start) first = index;
        continue;
      }
      const list = hits.get(piece.textIndex) ?? [];
      list.push({
        detector: 'pii',
        category: span.category,
        score: 1,
        start: piece.start + from,
        end: piece.start + to,
      });
      hits.set(piece.textIndex, list);
    }
  }
}

/**
 * Hits of one text in order and without overlaps. Parts of a long text overlap, so that a value across a cut is seen whole in one of
 * them; what each of them takes out is taken out.
 */
export function merged(hits: readonly Hit[]): Hit[] {
  const apart: Hit[] = [];
  for (const hit of [...hits].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    if (last === undefined || hit.start >= last.end) apart.push(hit);
    else if (hit.end > last.end) apart[apart.length - 1] = { ...last, end: hit.end };
  }
  return apart;
}
