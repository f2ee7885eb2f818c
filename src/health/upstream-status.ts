/** State of one upstream, for the health detail. */
export interface UpstreamStatus {
  readonly server: string;
  /** `idle` = nobody uses it now, so nothing is known. */
  readonly status: 'up' | 'down' | 'idle';
  readonly sessions: number;
}

/** Where the health detail gets its upstreams from. Also the injection token. */
export abstract class UpstreamStatusSource {
  abstract list(): readonly UpstreamStatus[];
}
