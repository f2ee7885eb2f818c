import type { RuleInfo } from '../rule-info.js';

const REMEDY = {
  toxicity:
    'Reword the text without the abuse. When the text only reports it, raise the threshold of toxicity for this server, or take it out of block.',
  bias: 'Say it of the persons concerned, or give a source. When the text only reports the stereotype, raise the threshold of bias.',
  nsfw: 'Leave out the sexual content. For medical or legal work on this server, raise the threshold of nsfw, or take it out of block.',
};

const rule = (tone: keyof typeof REMEDY, kind: string, summary: string): RuleInfo => ({
  id: `${tone}.${kind.replaceAll('_', '-')}`,
  category: kind,
  summary,
  remedy: REMEDY[tone],
});

/** Rules of toxicity, bias and nsfw. */
export const TONE_RULES: readonly RuleInfo[] = [
  rule('toxicity', 'insult', 'A passage reads as an insult to a person.'),
  rule('toxicity', 'hate', 'A passage reads as hatred of a group of people.'),
  rule('toxicity', 'threat', 'A passage reads as a threat or a wish of violence.'),
  rule('toxicity', 'self_harm', 'A passage reads as a wish that somebody dies or harms himself or herself.'),
  rule('toxicity', 'profanity', 'A passage is full of swear words.'),
  rule('toxicity', 'hidden_word', 'A slur or swear word is written with signs, digits or stretched letters.'),
  rule('bias', 'stereotype', 'A passage reads as a stereotype about people.'),
  rule('bias', 'gender', 'A passage reads as a stereotype about women or men.'),
  rule('bias', 'race', 'A passage reads as a stereotype about people of a skin colour or ethnic group.'),
  rule('bias', 'nationality', 'A passage reads as a stereotype about a nation or about migrants.'),
  rule('bias', 'religion', 'A passage reads as a stereotype about followers of a religion.'),
  rule('bias', 'age', 'A passage reads as a stereotype about old or young people.'),
  rule('bias', 'disability', 'A passage reads as a stereotype about disabled or ill people.'),
  rule('bias', 'sexual_orientation', 'A passage reads as a stereotype about a sexual orientation or gender identity.'),
  rule('bias', 'socioeconomic', 'A passage reads as a stereotype about poor or rich people or a profession.'),
  rule('bias', 'appearance', 'A passage reads as a stereotype about how people look.'),
  rule('nsfw', 'sexual', 'A passage reads as sexual content.'),
  rule('nsfw', 'pornography', 'A passage reads as pornography or an offer of it.'),
  rule('nsfw', 'sexual_act', 'A passage describes a sexual act.'),
  rule('nsfw', 'nudity', 'A passage describes a body in a sexual way.'),
  rule('nsfw', 'hidden_word', 'A sexual word is written with signs, digits or stretched letters.'),
];
