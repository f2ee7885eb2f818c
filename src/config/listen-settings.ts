/** What the command line decides about the doors; the stdio door listens nowhere and adds no hosts. */
export interface ListenSettings {
  /** Adds to `allowed_hosts` of the config file. */
  readonly allowedHosts: readonly string[];
  readonly version: string;
  /** Where the process groups of stdio upstreams are written down, to clean up after a crash; null = nowhere. */
  readonly childRegistryDir: string | null;
  /** The gateway's own environment, from which upstream processes get a short allow-list. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
