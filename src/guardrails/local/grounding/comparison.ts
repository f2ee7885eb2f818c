import { IMPLIED_FIELDS } from './aggregate-words.js';
import { findMentions, namedFields } from './mentions.js';
import type { Problem } from './problem.js';
import type { Source, SourceRecord } from './source-records.js';
import { valueOf } from './source-rows.js';
import { readTokens, stem } from './tokens.js';

const THAN =
  /\b(more|greater|higher|larger|longer|bigger|heavier|older|taller|faster|later|newer|pricier|less|fewer|lower|smaller|shorter|lighter|younger|slower|earlier|cheaper|better|worse)\b.{0,80}\bthan\b/;
const SMALLER = new Set(['less', 'fewer', 'lower', 'smaller', 'shorter', 'lighter', 'younger', 'earlier', 'cheaper']);
/** A small number may be the better one. */
const UNCLEAR = new Set(['better', 'worse', 'faster', 'slower']);
/** A larger year of birth is a smaller age. */
const BACKWARDS = /year|born|birth|founded|built|date/i;

/** `a has more x than b`: both rows are looked up and compared. */
export function checkComparison(text: string, source: Source): Problem | null {
  const words = text.toLowerCase();
  const cue = THAN.exec(words);
  if (cue === null || source.records.length < 2) return null;
  const split = cue.index + cue[0].length;
  const left = rowIn(text.slice(0, split - 4), source);
  const right = rowIn(text.slice(split), source);
  if (left === undefined || right === undefined || left === right) return null;
  const fields = comparedFields(left, words, source);
  const verdicts = fields.names
    .map((name) => isRight(left, right, name, cue[1] ?? ''))
    .filter((verdict) => verdict !== null);
  if (verdicts.length === 0 || verdicts.some(Boolean)) return null;
  return { rule: 'aggregate.comparison', score: fields.isNamed ? 0.84 : 0.7 };
}

function rowIn(text: string, source: Source): SourceRecord | undefined {
  const mention = findMentions(readTokens(text), source).find((each) => each.isText && each.records.length === 1);
  return source.records[mention?.records[0] ?? -1];
}

function comparedFields(row: SourceRecord, words: string, source: Source): { names: string[]; isNamed: boolean } {
  const numeric = [...row.fields]
    .filter(([, cells]) => !Number.isNaN(cells[0]?.value ?? Number.NaN))
    .map(([name]) => name);
  const named = namedFields(new Set(readTokens(words).map((token) => stem(token.text))), source);
  const wanted = numeric.filter((name) => named.includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase()));
  if (wanted.length > 0) return { names: wanted, isNamed: true };
  const implied = IMPLIED_FIELDS.filter(([cue]) => cue.test(words)).flatMap(([, field]) =>
    numeric.filter((name) => field.test(name)),
  );
  return implied.length > 0 ? { names: implied, isNamed: true } : { names: numeric, isNamed: false };
}

function isRight(left: SourceRecord, right: SourceRecord, field: string, word: string): boolean | null {
  const a = valueOf(left, field);
  const b = valueOf(right, field);
  if (Number.isNaN(a) || Number.isNaN(b) || UNCLEAR.has(word)) return null;
  const isBackwards = (word === 'older' || word === 'younger') && BACKWARDS.test(field);
  return SMALLER.has(word) !== isBackwards ? a < b : a > b;
}
