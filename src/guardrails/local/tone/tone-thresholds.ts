import type { Channel } from '../../../contracts/channel.js';

export type Tone = 'toxicity' | 'bias' | 'nsfw';

/** Score from which a tone fires: about 0.5 % of the benign development rows of the channel, each scored by a table that has not seen it. */
export const TONE_THRESHOLDS: Readonly<Record<Tone, Readonly<Record<Channel, number>>>> = {
  toxicity: { argument: 0.8, result: 0.8, tool_description: 0.8, server_description: 0.8 },
  bias: { argument: 0.8, result: 0.8, tool_description: 0.8, server_description: 0.8 },
  nsfw: { argument: 0.8, result: 0.8, tool_description: 0.8, server_description: 0.8 },
};
