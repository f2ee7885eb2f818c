import type { Channel } from '../../../contracts/channel.js';

export type Tone = 'toxicity' | 'bias' | 'nsfw';

/** Score from which a tone fires: about 0.5 % of the benign development rows of the channel, each scored by
 * a table that has not seen it (`scripts/train/report.json`); never below even odds. */
export const TONE_THRESHOLDS: Readonly<Record<Tone, Readonly<Record<Channel, number>>>> = {
  toxicity: { argument: 0.65, result: 0.65, tool_description: 0.65, server_description: 0.65 },
  bias: { argument: 0.9, result: 0.86, tool_description: 0.8, server_description: 0.8 },
  nsfw: { argument: 0.6, result: 0.6, tool_description: 0.6, server_description: 0.6 },
};
