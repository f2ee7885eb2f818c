// Figures over scored rows: `{ score, label }`.

/** Lowest threshold at which at most `rate` of the benign scores are above it. */
export function thresholdAt(benign, rate) {
  const sorted = Float64Array.from(benign).sort();
  const allowed = Math.floor(sorted.length * rate);
  return sorted.length === 0 ? 0 : sorted[sorted.length - 1 - allowed];
}

/** Share of scores above a threshold. */
export function rateAbove(scores, threshold) {
  return scores.length === 0 ? NaN : scores.filter((score) => score > threshold).length / scores.length;
}

/** Area under the ROC curve, ties counting half. */
export function auc(positive, negative) {
  const all = [...positive.map((score) => ({ score, label: 1 })), ...negative.map((score) => ({ score, label: 0 }))];
  all.sort((a, b) => a.score - b.score);
  let sum = 0;
  for (let i = 0; i < all.length;) {
    let j = i;
    while (j < all.length && all[j].score === all[i].score) j++;
    const rank = (i + j + 1) / 2;
    for (; i < j; i++) if (all[i].label === 1) sum += rank;
  }
  return (sum - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}

/** Isotonic fit of probability to log-odds (pool adjacent violators), thinned to at most `points` points, both coordinates rising. */
export function isotonic(scored, points = 24) {
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const blocks = [];
  for (const { score, label, weight = 1 } of sorted) {
    blocks.push({ x: score * weight, y: label * weight, weight });
    while (blocks.length > 1) {
      const [before, last] = blocks.slice(-2);
      if (before.y / before.weight < last.y / last.weight) break;
      blocks.splice(-2, 2, { x: before.x + last.x, y: before.y + last.y, weight: before.weight + last.weight });
    }
  }
  const curve = blocks.map(({ x, y, weight }) => [x / weight, Math.min(0.995, Math.max(0.005, y / weight))]);
  const step = Math.max(1, (curve.length - 1) / (points - 1));
  const thinned = [];
  for (let i = 0; i < curve.length; i += step) thinned.push(curve[Math.round(i)] ?? curve[curve.length - 1]);
  thinned.push(curve[curve.length - 1]);
  return thinned.filter(([x], i) => i === 0 || x > thinned[i - 1][0] + 1e-6);
}
