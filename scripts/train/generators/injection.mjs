// Attacks on assistants and their benign twins, from the grammars, with fixed seeds: `{ text, label, technique, lang }`.
import { randomFrom } from '../rows.mjs';
import * as attacks from './attacks-english.mjs';
import * as moreAttacks from './attacks-more.mjs';
import * as benign from './benign-english.mjs';
import * as moreBenign from './benign-more.mjs';
import { Grammar } from './choices.mjs';
import { COAXING } from './coaxing.mjs';
import { LANGUAGES } from './languages.mjs';
import { MORE_LANGUAGES } from './languages-more.mjs';

const ALL_LANGUAGES = { ...LANGUAGES, ...MORE_LANGUAGES };
/** Texts of each English technique, and of each language. */
const PER_TECHNIQUE = {
  override: 4500,
  jailbreak: 2500,
  extraction: 3500,
  exfiltration: 2200,
  indirect: 5000,
  toolPoisoning: 2500,
  template: 1500,
  social: 1500,
  coaxing: 4000,
  morePoisoning: 2500,
  moreIndirect: 3000,
};
const PER_BENIGN = { triggers: 6000, security: 1200, mail: 2200, toolDocs: 2600, chat: 1000, code: 1000 };
const PER_MORE_BENIGN = { requests: 3500, roles: 800, manuals: 1500 };
const PER_COAXING = 250;
const PER_PLAIN = 350;
const PER_LANGUAGE = 450;
const BENIGN_PER_LANGUAGE = 150;

const ATTACKS = {
  ...attacks.FAMILIES,
  coaxing: moreAttacks.MORE_FAMILIES.coaxing,
  morePoisoning: moreAttacks.MORE_FAMILIES.toolPoisoning,
  moreIndirect: moreAttacks.MORE_FAMILIES.indirect,
};
const BENIGN = { ...benign.FAMILIES, ...moreBenign.MORE_FAMILIES };

const plain = (text) => text.replaceAll('⟦', '[').replaceAll('⟧', ']').replaceAll('PIPE', '|');

/** Attacks of all techniques and languages. */
export function generateAttacks(seed) {
  const random = randomFrom(seed);
  const grammar = new Grammar({ ...attacks.LEXICON, ...moreAttacks.MORE_LEXICON }, random);
  const texts = new Texts(1);
  for (const [technique, count] of Object.entries(PER_TECHNIQUE)) {
    const templates = ATTACKS[technique];
    texts.fill(count, technique, 'en', () => vary(grammar, plain(grammar.expand(grammar.pick(templates)))));
  }
  for (const [lang, words] of Object.entries(ALL_LANGUAGES)) {
    const local = new Grammar(words, random);
    texts.fill(PER_LANGUAGE, 'multilingual', lang, () => plain(sentenceIn(local, words, grammar)));
  }
  for (const [lang, { coax }] of Object.entries(COAXING)) {
    texts.fill(PER_COAXING, 'multilingual', lang, () => several(grammar, coax, 0.2));
  }
  return texts.rows;
}

/** Ordinary texts with the same words. */
export function generateBenign(seed) {
  const random = randomFrom(seed);
  const grammar = new Grammar({ ...benign.LEXICON, ...moreBenign.MORE_LEXICON }, random);
  const texts = new Texts(0);
  const one = (templates) => plain(grammar.expand(grammar.pick(templates)));
  for (const [kind, count] of Object.entries({ ...PER_BENIGN, ...PER_MORE_BENIGN })) {
    const templates = BENIGN[kind];
    texts.fill(count, kind, 'en', () => {
      const parts = grammar.chance(0.35)
        ? [one(templates), one(templates), one(benign.FAMILIES.chat)]
        : [one(templates)];
      return vary(grammar, parts.join(grammar.chance(0.5) ? ' ' : '\n'));
    });
  }
  for (const [lang, words] of Object.entries(ALL_LANGUAGES)) {
    const local = new Grammar(words, random);
    const sentence = () => plain(local.expand(local.pick(words.benign)));
    texts.fill(BENIGN_PER_LANGUAGE, 'multilingual', lang, () =>
      local.chance(0.6) ? sentence() : `${sentence()} ${sentence()}`,
    );
  }
  for (const [lang, words] of Object.entries(COAXING)) {
    const ordinary = [...words.plain, ...(ALL_LANGUAGES[lang]?.benign ?? [])];
    texts.fill(PER_PLAIN, 'multilingual', lang, () => several(grammar, ordinary, 0.6));
  }
  return texts.rows;
}

/** One sentence, or with some `chance` another one, and another, up to ten. */
function several(grammar, templates, chance) {
  const sentences = [];
  do sentences.push(plain(grammar.expand(grammar.pick(templates))));
  while (sentences.length < 10 && grammar.chance(chance));
  return sentences.join(' ');
}

/** Rows without repeats; gives up when a small grammar has no more to say. */
class Texts {
  rows = [];
  #seen = new Set();
  #label;

  constructor(label) {
    this.#label = label;
  }

  fill(count, technique, lang, make) {
    for (let made = 0, misses = 0; made < count && misses < 400;) {
      const text = make();
      const key = text.toLowerCase();
      if (this.#seen.has(key)) {
        misses++;
        continue;
      }
      misses = 0;
      made++;
      this.#seen.add(key);
      this.rows.push({ text, label: this.#label, technique, lang });
    }
  }
}

function sentenceIn(local, words, english) {
  const part = (name) => local.expand(local.pick(words[name]));
  const goal = english.chance(0.15) ? english.expand('$goal') : part('goal');
  const shapes = [
    () => `${part('override')}. ${goal}.`,
    () => `${part('override')}, ${goal}`,
    () => part('override'),
    () => `${goal}. ${part('hide')}`,
    () => `${part('you')}: ${goal}. ${part('hide')}`,
    () => `${part('you')}: ${part('override')}. ${goal}. ${part('hide')}`,
    () => `${part('override')}. ${part('goal')}. ${goal}`,
  ];
  return english.pick(shapes)();
}

/** What people do to sentences: capitals, a typo, a polite end. Attacks and benign texts alike, so that it tells nothing. */
function vary(grammar, text) {
  if (grammar.chance(0.06)) return text.toUpperCase();
  if (grammar.chance(0.25)) return text.charAt(0).toUpperCase() + text.slice(1);
  if (!grammar.chance(0.08)) return text;
  const words = text.split(' ');
  const at = Math.floor(words.length / 2);
  const word = words[at];
  if (word.length > 4) words[at] = word.slice(0, 2) + word[3] + word[2] + word.slice(4);
  return words.join(' ');
}
