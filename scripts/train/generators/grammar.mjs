// Texts from templates with slots: `{slot}` takes a member of a list, `(a|b|)` one of its branches. The same seed gives the same texts.
import { randomFrom } from '../rows.mjs';

/** Members of a comma-separated list. */
export const list = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `make(template)` fills one; `pick(list)` takes a member. */
export function grammarOf(slots, seed) {
  const random = randomFrom(seed);
  const pick = (items) => items[Math.floor(random() * items.length)];
  const make = (template) => {
    let text = template;
    for (let depth = 0; depth < 6 && /[{(][^{}()]*[})]/.test(text); depth++) {
      text = text
        .replace(/\{(\w+)\}/g, (whole, name) => (slots[name] === undefined ? whole : pick(slots[name])))
        .replace(/\(([^()]*\|[^()]*)\)/g, (whole, branches) => pick(branches.split('|')));
    }
    text = text
      .replace(/\s+/g, ' ')
      .replace(/ ([,.!?;])/g, '$1')
      .trim();
    return text.charAt(0).toUpperCase() + text.slice(1);
  };
  return { random, pick, make };
}

/** `count` different rows `{ text, label, source, technique }` from `{ technique: [templates] }`. */
export function rowsOf(grammar, kinds, { count, label, source, finish = (text) => text }) {
  const names = Object.keys(kinds);
  const seen = new Set();
  const rows = [];
  for (let tries = 0; rows.length < count && tries < count * 6; tries++) {
    const technique = names[tries % names.length];
    const text = finish(grammar.make(grammar.pick(kinds[technique])), grammar);
    if (seen.has(text)) continue;
    seen.add(text);
    rows.push({ text, label, source, technique });
  }
  return rows;
}

/** Writes like people in a chat: lower case, no full stop, stretched letters, `u` and `r`. Half of the texts stay as they are. */
export function chatty(text, { random }) {
  const roll = random();
  if (roll < 0.5) return text;
  let out = roll < 0.9 ? text.toLowerCase() : text.toUpperCase();
  if (random() < 0.5) out = out.replace(/[.,!?]+$/, '');
  if (random() < 0.25)
    out = out
      .replace(/\byou are\b/gi, 'ur')
      .replace(/\byou\b/gi, 'u')
      .replace(/\bare\b/gi, 'r');
  if (random() < 0.2) out = out.replace(/'/g, '');
  if (random() < 0.15) out += random() < 0.5 ? ' lol' : '!!!';
  if (random() < 0.15) out = `@user ${out}`;
  return out;
}
