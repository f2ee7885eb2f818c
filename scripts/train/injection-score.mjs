// Score of a row as the detector gives it.
import { scoreRow } from './score.mjs';

export function scorerOf(table) {
  return (row) => scoreRow(table, row);
}
