import { PII_ENTITIES, type PiiEntity } from '../../../src/contracts/finding.js';
import type { Hit } from '../../../src/guardrails/local/hit.js';
import { PiiTextDetector } from '../../../src/guardrails/local/pii/pii-text-detector.js';
import { MAX_WINDOW, openWindow } from '../../../src/guardrails/local/text-window.js';

const detectors = new Map<string, PiiTextDetector>();

function detectorOf(entities: readonly PiiEntity[]): PiiTextDetector {
  const key = entities.join();
  let detector = detectors.get(key);
  if (detector === undefined) {
    detector = new PiiTextDetector({ entities });
    detectors.set(key, detector);
  }
  return detector;
}

/** What the whole pii detector finds in one text, read in windows of `step` code units. */
export function hitsIn(
  text: string,
  field = '',
  entities: readonly PiiEntity[] = PII_ENTITIES,
  step = MAX_WINDOW,
): readonly Hit[] {
  const detector = detectorOf(entities);
  const view = { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
  const cursor = detector.open(view, { channel: 'result', field, tool: '' });
  if (cursor === null) return [];
  const isLatin1 = !/[\u0100-\uffff]/.test(text);
  for (let from = 0; from < text.length; from += step) {
    cursor.scan(openWindow(text, from, Math.min(text.length, from + step), isLatin1));
  }
  return cursor.finish();
}

/** The same as `ENTITY text`. */
export function foundIn(text: string, field = '', entities: readonly PiiEntity[] = PII_ENTITIES): string[] {
  return hitsIn(text, field, entities).map(({ category, start, end }) => `${category} ${text.slice(start, end)}`);
}
