export interface OtelSettings {
  readonly enabled: boolean;
  /** See `otlpEndpoint`. */
  readonly url: string;
  readonly insecure: boolean;
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Resource attribute `job`. */
  readonly jobName: string;
  /** Share of the calls without a trace of the client's that are traced; default all. */
  readonly sampleRatio?: number;
  /** The lines of the log are sent too; default not. */
  readonly logs?: boolean;
  /** Time between two exports. */
  readonly intervalMs?: number;
  /** Time one export may take; also limited by the interval for counters. */
  readonly exportTimeoutMs?: number;
}
