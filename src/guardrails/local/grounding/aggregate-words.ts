/** What a question or a statement computes over rows. */
export type Operation = 'count' | 'max' | 'min' | 'sum' | 'average' | 'difference' | 'compare' | 'ago';

const CUES: readonly (readonly [Operation, RegExp])[] = [
  ['ago', /\b(?:years?|months?|days?) ago\b/],
  ['count', /\b(?:how many|number of|count of|counts?|there (?:are|were|is|was)|times|total number|number)\b/],
  ['average', /\b(?:average|mean|avg|on average|median)\b/],
  [
    'difference',
    /\b(?:difference|gap|how much (?:more|less|longer|older|higher)|(?:more|less|fewer|longer|older|higher|lower|cheaper) than|exceeds?|how long|spans?|covers?)\b/,
  ],
  ['sum', /\b(?:total|totals|sum|combined|altogether|in all|overall|together|adds? up)\b/],
  [
    'max',
    /\b(?:highest|most|largest|maximum|max|greatest|biggest|longest|tallest|oldest|latest|newest|last|best|top|priciest|heaviest|fastest|peak|more|greater|higher|larger|longer)\b/,
  ],
  [
    'min',
    /\b(?:lowest|least|smallest|minimum|min|fewest|cheapest|shortest|earliest|youngest|first|lightest|slowest|worst|less|fewer|smaller|lower|cheaper)\b/,
  ],
  [
    'compare',
    /\b(?:more|less|fewer|higher|lower|greater|larger|smaller|longer|shorter|older|younger|cheaper|faster|slower|bigger|heavier)\b.{0,60}\bthan\b/,
  ],
];

/** Operations that a text asks for or states. */
export function operationsOf(text: string): Operation[] {
  const lower = text.toLowerCase();
  return CUES.filter(([, cue]) => cue.test(lower)).map(([operation]) => operation);
}

/** Superlatives that name a field by themselves. */
export const IMPLIED_FIELDS: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:earns?|earned|paid|makes?)\b/, /salary|wage|income|pay|earning/i],
  [/\b(?:cheapest|priciest|expensive|cheaper|costs?|costly)\b/, /price|cost|fare|amount|fee/i],
  [/\b(?:oldest|youngest|older|younger)\b/, /age|born|birth|year|founded|built/i],
  [/\b(?:latest|newest|earliest|recent|last|first)\b/, /date|year|time|created|updated|day|month/i],
  [/\b(?:heaviest|lightest|heavier|lighter|weighs?)\b/, /weight|mass|kg/i],
  [/\b(?:tallest|shortest|taller)\b/, /height|length|tall/i],
  [/\b(?:fastest|slowest|faster|slower)\b/, /speed|time|latency|duration|ms/i],
  [/\b(?:longest|shortest|longer|shorter)\b/, /length|duration|distance|time|minutes|hours|km/i],
];

/** Words that turn `best` and `top` round where a small value is good (rank 1). */
export const EITHER_WAY = /\b(?:best|worst|top|first|last|fastest|slowest|rank|place|position)\b/;
