// A trained model as a table file.
import { encodeWeightTable, WeightTable } from '../../dist/guardrails/local/classifier/weight-table.js';

/** Weights below half a step round to zero and leave the table. */
const STEPS = 127;

/**
 * The content of a table: 8-bit weights, each in the slot of its hash or the one beside it; when both are taken, the weaker stays out.
 * `dataHash`: SHA-256 (Buffer) of the training data.
 */
export function tableOf(model, hashes, { slotBits = 18, calibration, dataHash }) {
  // A few giant weights would cost all others their precision.
  const sizes = Float64Array.from(model.weights, Math.abs)
    .filter((size) => size > 0)
    .sort();
  const top = sizes.length === 0 ? 1 : sizes[Math.floor(sizes.length * 0.9995)];
  const step = top / STEPS;
  const fingerprints = new Uint16Array(1 << slotBits);
  const weights = new Int8Array(1 << slotBits);
  const order = [...model.weights.keys()].filter((id) => id > 0 && Math.abs(model.weights[id]) >= step / 2);
  order.sort((a, b) => Math.abs(model.weights[b]) - Math.abs(model.weights[a]) || a - b);
  let dropped = 0;
  for (const id of order) {
    const hash = hashes[id];
    let slot = hash >>> (32 - slotBits);
    if (weights[slot] !== 0) slot ^= 1;
    if (weights[slot] !== 0) {
      dropped++;
      continue;
    }
    fingerprints[slot] = hash & 0xffff || 1;
    weights[slot] = Math.max(-STEPS, Math.min(STEPS, Math.round(model.weights[id] / step)));
  }
  const content = { slotBits, bias: model.bias, step, dataHash, calibration, fingerprints, weights };
  return {
    content,
    bytes: encodeWeightTable(content),
    table: new WeightTable(content),
    kept: order.length - dropped,
    dropped,
  };
}
