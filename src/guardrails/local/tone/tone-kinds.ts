import { featuresOf } from '../classifier/feature-stream.js';
import { MAX_WINDOW, openWindow } from '../text-window.js';
import { TONE_CLASSES, toneClassOf } from './tone-classes.js';
import type { Tone } from './tone-thresholds.js';

/** Kinds of a tone with the classes of words that speak for each; the first is what it is called when none does. */
const KINDS: Readonly<Record<Tone, readonly (readonly [kind: string, classes: readonly string[]])[]>> = {
  toxicity: [
    ['insult', ['insult', 'insulting', 'dismiss', 'slur_woman', 'slur_disability']],
    [
      'hate',
      [
        'slur_race',
        'slur_orientation',
        'hate',
        'dehumanise',
        'group_race',
        'group_religion',
        'group_orientation',
        'group_nation',
      ],
    ],
    ['threat', ['violence', 'weapon', 'bodypart', 'threat']],
    ['self_harm', ['die', 'self']],
    ['profanity', ['profanity', 'sexual_crude']],
  ],
  bias: [
    ['stereotype', []],
    ['gender', ['group_gender']],
    ['race', ['group_race', 'slur_race']],
    ['nationality', ['group_nation']],
    ['religion', ['group_religion']],
    ['age', ['group_age']],
    ['disability', ['group_disability', 'slur_disability']],
    ['sexual_orientation', ['group_orientation', 'slur_orientation']],
    ['socioeconomic', ['group_class', 'group_work']],
    ['appearance', ['group_look']],
  ],
  nsfw: [
    ['sexual', []],
    ['pornography', ['porn']],
    ['sexual_act', ['sexual_act', 'sexual_crude']],
    ['nudity', ['sexual_part', 'sexual_mood']],
  ],
};

/** What kind of a tone a passage is, by the words it holds. Only asked for passages that fired. */
export function toneKindOf(tone: Tone, passage: string): { readonly category: string; readonly rule: string } {
  const counts = new Map<string, number>();
  const text = passage.slice(0, MAX_WINDOW);
  const view = { text, source: text, codings: [], invisible: 0, lookalikes: 0 };
  const batch = featuresOf(view).read(openWindow(text, 0, text.length, false));
  for (let i = 0; i < batch.tokens; i++) {
    const name = TONE_CLASSES[toneClassOf(batch.words[i] ?? 0) - 1];
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  let [category] = KINDS[tone][0] ?? [tone];
  let most = 0;
  for (const [kind, classes] of KINDS[tone]) {
    const count = classes.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
    if (count > most) [category, most] = [kind, count];
  }
  return { category, rule: `${tone}.${category.replaceAll('_', '-')}` };
}
