// Scores of a table over texts, by the code that the gateway runs.
import { featuresOf } from '../../dist/guardrails/local/classifier/feature-stream.js';
import { WindowScorer } from '../../dist/guardrails/local/classifier/window-scorer.js';
import { eachWindow, viewOf } from './examples.mjs';
import { textsOf } from './rows.mjs';

/** The best window of a text. */
export function scoreText(table, text) {
  const scorer = new WindowScorer(table);
  const stream = featuresOf(viewOf(text));
  eachWindow(text, (window) => scorer.add(stream.read(window)));
  return scorer.best();
}

/** Highest log-odds among the texts of a row. */
export function scoreRow(table, row) {
  return Math.max(...textsOf(row).map(({ text }) => scoreText(table, text).logOdds), -20);
}
