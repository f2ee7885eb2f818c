import type { ProviderFailure } from './provider-failure.js';

/** Who is told how remote checks end. */
export abstract class ProviderRecord {
  /** @param failsOpen what was not checked goes on all the same */
  abstract ended(provider: string, failure: ProviderFailure | null, failsOpen: boolean): void;
}
