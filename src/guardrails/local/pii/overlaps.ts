import type { Hit } from '../hit.js';

/**
 * The hits without overlaps, by position: hits that share text become one over all of it, named after the longest. Keeping only the
 * longest would leave a part of the other behind.
 */
export function withoutOverlaps(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length < 2) return hits;
  const sorted = hits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: Hit[] = [];
  for (const hit of sorted) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) kept.push(hit);
    else kept[kept.length - 1] = union(last, hit);
  }
  return kept;
}

/** `first` starts first. */
function union(first: Hit, second: Hit): Hit {
  const longest = second.end - second.start > first.end - first.start ? second : first;
  return { ...longest, start: first.start, end: Math.max(first.end, second.end) };
}

/** The hits without overlaps: what overlaps becomes one hit over all of it, named after the strongest, then the longest, of them. */
export function strongestApart(hits: readonly Hit[]): readonly Hit[] {
  if (hits.length < 2) return hits;
  const sorted = hits.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const kept: Hit[] = [];
  for (const hit of sorted) {
    const last = kept.at(-1);
    if (last === undefined || hit.start >= last.end) kept.push(hit);
    else kept[kept.length - 1] = { ...stronger(last, hit), start: last.start, end: Math.max(last.end, hit.end) };
  }
  return kept;
}

function stronger(first: Hit, second: Hit): Hit {
  if (first.score !== second.score) return first.score > second.score ? first : second;
  return second.end - second.start > first.end - first.start ? second : first;
}
