/** Where the health detail gets the state of the cache from. Also the injection token. */
export abstract class CacheStatusSource {
  /** null = the cache is in memory. */
  abstract get external(): object | null;
}
