// Log-odds of a row as the detector gives them: the highest of its texts.
import { InjectionDetector } from '../../dist/guardrails/local/injection/injection-detector.js';
import { TextViews } from '../../dist/guardrails/local/views/text-views.js';
import { eachWindow } from './examples.mjs';
import { channelOf, textsOf } from './rows.mjs';

/** The detector, with another table, that fires on everything. */
export function scorerOf(table) {
  // A calibration that is the identity within its range: scores are log-odds.
  const linear = { __proto__: table, probability: (logOdds) => logOdds, sum: (...given) => table.sum(...given) };
  const detector = new InjectionDetector({ threshold: -100 }, linear);
  return (row) => {
    let best = -20;
    for (const { text, field } of textsOf(row)) {
      const views = new TextViews(text, true);
      while (!views.step());
      for (const { view } of views.views) {
        const cursor = detector.open(view, { channel: channelOf(row), field, tool: '' });
        eachWindow(view.text, (window) => cursor.scan(window));
        for (const { score } of cursor.finish()) best = Math.max(best, score);
      }
    }
    return best;
  };
}
