import type { KeyScope } from './administration/key-scope.js';

/** When keys were last used, by key id, in epoch milliseconds. */
export type KeyUseTimes = ReadonlyMap<string, number>;

/** Whose times are asked for; admin keys are in no scope of API keys. */
export type KeyUseScope = KeyScope | 'admin';

/** Where the times of last use are kept. They decide nothing: losing the last minute of them is no harm. */
export interface KeyUseStore {
  /** May hold those of other keys, too. Never throws: without times, every key looks unused. */
  load(keys: KeyUseScope): Promise<KeyUseTimes>;
  /** Adds to what is there; of two times of one key, the later one stays. @throws the error of the system, StoreUnavailableError */
  save(times: KeyUseTimes): Promise<void>;
}
