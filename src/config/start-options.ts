/** What `secure-mcp-gateway start` was asked for, validated. */
export interface StartOptions {
  readonly configPath: string;
  readonly host: string;
  /** 0 = the system picks one. */
  readonly port: number;
  /** null = the admin routes share `port`. */
  readonly adminPort: number | null;
  /** Where that port listens; of no use without it. */
  readonly adminHost: string;
  /** Adds to `allowed_hosts` of the config file. */
  readonly allowedHosts: readonly string[];
  /** `debug`, `info`, `warn` or `error`; null = as the config file says. */
  readonly logLevel: string | null;
  /** How long it goes on serving after SIGTERM, while `/health/ready` answers 503 already. */
  readonly drainDelayMs: number;
}

/** What `secure-mcp-gateway stdio` was asked for. Only this door takes credentials from the environment. */
export interface StdioOptions {
  readonly configPath: string;
  /** `debug`, `info`, `warn` or `error`; null = as the config file says. */
  readonly logLevel: string | null;
  readonly credentials: {
    readonly key: string | undefined;
    readonly projectId: string | undefined;
    readonly userId: string | undefined;
  };
}
