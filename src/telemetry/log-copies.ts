import { ROOT_CONTEXT, trace, type Attributes } from '@opentelemetry/api';
import type { logs as sdkLogs } from '@opentelemetry/sdk-node';
import { within } from './within.js';

/** Lines that wait for the next round; what comes on top is left out, because stderr has it all the same. */
const MAX_WAITING_LINES = 2_048;
const CLOSE_MS = 2_000;
/** https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber */
const SEVERITIES: ReadonlyMap<string, number> = new Map([
  ['trace', 1],
  ['debug', 5],
  ['info', 9],
  ['warn', 13],
  ['error', 17],
  ['fatal', 21],
]);
const ID = /^[0-9a-f]{32}$/;
/** Of a record that belongs to a trace and to no one span of it. */
const NO_SPAN = '0'.repeat(16);

/** The gateway's log as OpenTelemetry records. A line is read only when it is sent: writing one costs a push. */
export class LogCopies {
  /** Lines left out since the start. */
  dropped = 0;
  readonly #waiting: string[] = [];
  readonly #provider: sdkLogs.LoggerProvider;
  readonly #logger: ReturnType<sdkLogs.LoggerProvider['getLogger']>;
  readonly #timer: NodeJS.Timeout;

  constructor(provider: sdkLogs.LoggerProvider, intervalMs: number) {
    this.#provider = provider;
    this.#logger = provider.getLogger('gateway.log');
    this.#timer = setInterval(() => {
      this.#send();
    }, intervalMs).unref();
  }

  /** One line as it went to stderr, redacted already. */
  take(line: string): void {
    if (this.#waiting.length < MAX_WAITING_LINES) this.#waiting.push(line);
    else this.dropped++;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#send();
    await within(CLOSE_MS, this.#provider.shutdown());
  }

  #send(): void {
    for (const line of this.#waiting.splice(0)) {
      const record = recordOf(line);
      if (record !== undefined) this.#logger.emit(record);
    }
  }
}

type LogRecord = Parameters<ReturnType<sdkLogs.LoggerProvider['getLogger']>['emit']>[0];

function recordOf(line: string): LogRecord | undefined {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const { time, level, msg, event, trace_id: traceId, ...rest } = fields;
  const severity = String(level);
  const severityNumber = SEVERITIES.get(severity);
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(rest)) {
    attributes[name] = typeof value === 'object' ? JSON.stringify(value) : (value as string | number | boolean);
  }
  const isTraced = typeof traceId === 'string' && ID.test(traceId);
  const record: LogRecord = {
    timestamp: new Date(String(time)),
    severityText: severity.toUpperCase(),
    body: typeof msg === 'string' ? msg : typeof event === 'string' ? event : '',
    attributes: typeof event === 'string' ? { ...attributes, event } : attributes,
    ...(typeof event === 'string' && { eventName: event }),
    ...(isTraced && {
      context: trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: NO_SPAN, traceFlags: 1 }),
      attributes: { ...attributes, ...(typeof event === 'string' && { event }), trace_id: traceId },
    }),
  };
  // The enumeration of these numbers is in a package that is not a dependency of ours.
  return severityNumber === undefined ? record : Object.assign(record, { severityNumber });
}
