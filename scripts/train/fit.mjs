// Logistic regression over windows of tokens: AdaGrad with L1 (weights fall to zero unless data holds them up), one pass after another.
import { WINDOW_TOKENS, windowScale } from '../../dist/guardrails/local/classifier/window-scorer.js';
import { randomFrom } from './rows.mjs';

const LONGEST = WINDOW_TOKENS[WINDOW_TOKENS.length - 1];
const MAX_NEGATIVES_PER_TEXT = 6;
/** What a window that is not the best of an attack, or only a random one, counts. */
const SECOND_BEST = 0.4;

/** Weights by dense id of a feature, and the bias. */
export function emptyModel(count) {
  return { weights: new Float32Array(count), bias: 0 };
}

/**
 * Fits on `items` of `{ example, from, to, label, weight }`, a window of tokens each.
 * Gradients are of the logistic loss; L1 is subtracted lazily as a threshold on each touched weight.
 */
export function fit(items, count, { epochs = 4, rate = 0.04, l1 = 1e-5, seed = 1, start } = {}) {
  const model = start ?? emptyModel(count);
  const { weights } = model;
  const squares = new Float32Array(count).fill(1e-2);
  let biasSquares = 1e-4;
  const order = Int32Array.from(items.keys());
  const random = randomFrom(seed);
  for (let epoch = 0; epoch < epochs; epoch++) {
    shuffle(order, random);
    for (const number of order) {
      const { example, from, to, label, weight } = items[number];
      const { ids, ends } = example;
      const first = from === 0 ? 0 : ends[from - 1];
      const last = to === 0 ? 0 : ends[to - 1];
      const scale = windowScale(to - from);
      let sum = 0;
      for (let i = first; i < last; i++) sum += weights[ids[i]];
      const gradient = (1 / (1 + Math.exp(-(sum * scale + model.bias))) - label) * weight;
      if (Math.abs(gradient) < 1e-4) continue;
      biasSquares += gradient * gradient;
      model.bias -= (0.1 * gradient) / Math.sqrt(biasSquares);
      const step = gradient * scale;
      const squared = step * step;
      for (let i = first; i < last; i++) {
        const id = ids[i];
        if (id === 0) continue;
        const square = (squares[id] += squared);
        const speed = rate / Math.sqrt(square);
        const moved = weights[id] - speed * step;
        const cut = speed * l1;
        weights[id] = moved > cut ? moved - cut : moved < -cut ? moved + cut : 0;
      }
    }
  }
  return model;
}

/** Best window of a text for each size (and the whole, when it is shorter than the longest): `{ from, to, logOdds }`, best first. */
export function windowsOf(example, model) {
  const { ids, ends, tokens } = example;
  const { weights, bias } = model;
  const sums = new Float64Array(tokens + 1);
  let at = 0;
  for (let token = 0; token < tokens; token++) {
    let sum = sums[token];
    for (; at < ends[token]; at++) sum += weights[ids[at]];
    sums[token + 1] = sum;
  }
  const found = [];
  for (const size of WINDOW_TOKENS) {
    if (tokens < size) break;
    let best = -Infinity;
    let from = 0;
    for (let start = 0; start + size <= tokens; start++) {
      const sum = sums[start + size] - sums[start];
      if (sum > best) [best, from] = [sum, start];
    }
    found.push({ from, to: from + size, logOdds: best * windowScale(size) + bias });
  }
  if (tokens > 0 && tokens < LONGEST) {
    found.push({ from: 0, to: tokens, logOdds: sums[tokens] * windowScale(tokens) + bias });
  }
  return found.sort((a, b) => b.logOdds - a.logOdds);
}

/**
 * Trains in rounds. Examples: `{ ids, ends, tokens, label, weight?, group? }`; those of a `group` are forms of one text (views, fields)
 * of which one is the attack. First on whole short texts and random windows of the others; then, round by round, on the windows that the
 * last model likes best: of an attack that is where the attack stands, of a benign text the hard negatives. `isWhole: false` marks
 * attacks in a carrier whose place is not known: they join in the second round.
 */
export function trainInRounds(examples, count, options = {}) {
  const { rounds = 3, seed = 1 } = options;
  const random = randomFrom(seed);
  const groups = groupsOf(examples);
  let model = fit(firstItems(groups, random), count, { ...options, seed });
  for (let round = 1; round <= rounds; round++) {
    const items = [];
    for (const members of groups.values()) {
      if (members[0].label === 1) items.push(...attackItems(members, model));
      else for (const example of members) benignItems(items, example, windowsOf(example, model), random);
    }
    model = fit(items, count, { ...options, seed: seed + round });
  }
  return model;
}

function groupsOf(examples) {
  const groups = new Map();
  for (const example of examples) {
    const group = example.group ?? example;
    if (groups.has(group)) groups.get(group).push(example);
    else groups.set(group, [example]);
  }
  return groups;
}

function firstItems(groups, random) {
  const items = [];
  for (const members of groups.values()) {
    for (const example of members) {
      const { tokens, label } = example;
      if (tokens === 0 || (label === 1 && example.isWhole === false && tokens > 32)) continue;
      const weight = (example.weight ?? 1) / (label === 1 ? Math.sqrt(members.length) : 1);
      if (tokens <= LONGEST) items.push({ example, from: 0, to: tokens, label, weight });
      if (label === 0 || tokens > LONGEST) randomWindows(items, example, weight, random);
    }
  }
  return items;
}

function randomWindows(items, example, weight, random) {
  const { tokens, label } = example;
  for (const size of WINDOW_TOKENS) {
    if (tokens <= size) break;
    const from = Math.floor(random() * (tokens - size));
    items.push({ example, from, to: from + size, label, weight: label === 1 ? weight * SECOND_BEST : weight });
  }
}

/** The two best windows of all forms of an attack. */
function attackItems(members, model) {
  const windows = members.flatMap((example) => windowsOf(example, model).map((window) => ({ ...window, example })));
  const best = windows.sort((a, b) => b.logOdds - a.logOdds).slice(0, 2);
  return best.map(({ example, from, to }, place) => {
    const { weight = 1 } = example;
    return { example, from, to, label: 1, weight: place === 0 ? weight : weight * SECOND_BEST };
  });
}

function benignItems(items, example, windows, random) {
  const { weight = 1 } = example;
  for (const { from, to } of windows.slice(0, MAX_NEGATIVES_PER_TEXT))
    items.push({ example, from, to, label: 0, weight });
  if (windows.length > 0) randomWindows(items, example, weight, random);
}

function shuffle(order, random) {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
}
