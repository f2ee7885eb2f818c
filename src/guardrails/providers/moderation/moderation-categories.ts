import type { DetectorName } from '../../../contracts/finding.js';

/** Detectors that each category of an OpenAI-style moderation service counts as; `a/b` is found under `a` when it has no row. */
const DETECTORS: ReadonlyMap<string, readonly DetectorName[]> = new Map<string, readonly DetectorName[]>([
  ['harassment', ['toxicity']],
  ['hate', ['toxicity', 'bias']],
  ['violence', ['toxicity']],
  ['sexual', ['nsfw']],
  ['self-harm', ['policy_violation']],
  ['illicit', ['policy_violation']],
]);

/** Every detector that the service can trigger. */
export const MODERATION_DETECTORS: readonly DetectorName[] = ['toxicity', 'bias', 'nsfw', 'policy_violation'];

/** A category that is not known is against somebody's policy all the same. */
export function detectorsOf(category: string): readonly DetectorName[] {
  return DETECTORS.get(category) ?? DETECTORS.get(category.split('/')[0] ?? '') ?? ['policy_violation'];
}
