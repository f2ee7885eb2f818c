/** When keys were last used, by key id, in epoch milliseconds. */
export type KeyUseTimes = ReadonlyMap<string, number>;

/** Where the times of last use are kept. They decide nothing: losing the last minute of them is no harm. */
export interface KeyUseStore {
  /** Never throws: without times, every key looks unused. */
  load(): Promise<KeyUseTimes>;
  /** Adds to what is there; of two times of one key, the later one stays. @throws the error of the system */
  save(times: KeyUseTimes): Promise<void>;
}
