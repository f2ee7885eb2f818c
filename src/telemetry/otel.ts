import type { Context, ContextManager } from '@opentelemetry/api';
import type { metrics as sdkMetrics, tracing as sdkTracing } from '@opentelemetry/sdk-node';
import type { Logger } from 'pino';
import { NoCallTracer, type CallTracer } from './call-tracer.js';
import type { LogCopies } from './log-copies.js';
import type { LogOutput } from './logger.js';
import type { Metrics } from './metrics.js';
import type { OtelSettings } from './otel-settings.js';
import { otlpEndpoint, type OtlpEndpoint } from './otlp-endpoint.js';
import { openLogExporter } from './otlp-logs.js';
import { within } from './within.js';

/** Running telemetry; whoever started it shuts it down. */
export interface Otel {
  readonly tracer: CallTracer;
  /** Sends what is left, within two seconds. Idempotent, never rejects. */
  shutdown(): Promise<void>;
}

const INTERVAL_MS = 5_000;
const EXPORT_TIMEOUT_MS = 5_000;
const SHUTDOWN_MS = 2_000;
const COMPLAIN_EVERY_MS = 60_000;
/** Spans that wait for a collector which is down; what comes on top is dropped. */
const MAX_WAITING_SPANS = 2_048;

/**
 * Starts export of spans and counters. Loads OpenTelemetry only when enabled. A collector that is down costs one log line a minute
 * and nothing else: logs and audit do not depend on it.
 * @throws GatewayError config_invalid when the url is not one
 */
export async function startOtel(
  settings: OtelSettings,
  metrics: Metrics,
  { logger, copyTo }: Pick<LogOutput, 'logger' | 'copyTo'>,
): Promise<Otel> {
  if (!settings.enabled) return { tracer: new NoCallTracer(), shutdown: () => Promise.resolve() };
  const endpoint = otlpEndpoint(settings.url, settings.insecure);
  const timeoutMillis = settings.exportTimeoutMs ?? EXPORT_TIMEOUT_MS;
  const [
    { NodeSDK, api, core, logs, metrics: sdk, resources, tracing },
    { OtelCallTracer, PresetIds },
    { CounterProducer },
    exporters,
  ] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('./otel-tracer.js'),
    import('./otel-metrics.js'),
    openExporters(endpoint, timeoutMillis),
  ]);
  api.diag.setLogger(complaints(logger), { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true });
  // Export failures end here; the default handler prints whole stack traces.
  core.setGlobalErrorHandler((error) => {
    api.diag.error(error instanceof Error ? error.message : 'export failed');
  });
  const intervalMs = settings.intervalMs ?? INTERVAL_MS;
  const ids = new PresetIds();
  const resource = resources.resourceFromAttributes({
    'service.name': settings.serviceName,
    'service.version': settings.serviceVersion,
    job: settings.jobName,
  });
  let copies: LogCopies | undefined;
  if (settings.logs === true) {
    const { LogCopies } = await import('./log-copies.js');
    const exporter = await openLogExporter(settings);
    const processor = new logs.BatchLogRecordProcessor({
      exporter,
      scheduledDelayMillis: intervalMs,
      exportTimeoutMillis: timeoutMillis,
    });
    copies = new LogCopies(new logs.LoggerProvider({ resource, processors: [processor] }), intervalMs);
    copyTo(copies.take.bind(copies));
  }
  const nodeSdk = new NodeSDK({
    resource,
    autoDetectResources: false,
    contextManager: rootContext(api.ROOT_CONTEXT),
    textMapPropagator: null,
    // What is not sampled never comes here.
    sampler: new tracing.AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [
      new tracing.BatchSpanProcessor(exporters.spans, {
        scheduledDelayMillis: intervalMs,
        exportTimeoutMillis: timeoutMillis,
        maxQueueSize: MAX_WAITING_SPANS,
      }),
    ],
    metricReaders: [
      new sdk.PeriodicExportingMetricReader({
        exporter: exporters.metrics,
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: Math.min(timeoutMillis, intervalMs),
        metricProducers: [new CounterProducer(metrics, sdk, resources.emptyResource())],
      }),
    ],
    logRecordProcessors: [],
  });
  nodeSdk.start();
  let stopping: Promise<void> | undefined;
  return {
    tracer: new OtelCallTracer(
      api.trace.getTracer(settings.serviceName, settings.serviceVersion),
      ids,
      settings.sampleRatio ?? 1,
    ),
    shutdown: () => {
      stopping ??= within(SHUTDOWN_MS, Promise.all([copies?.close(), nodeSdk.shutdown()])).finally(() => {
        api.context.disable();
        api.trace.disable();
        api.metrics.disable();
        api.diag.disable();
      });
      return stopping;
    },
  };
}

interface Exporters {
  readonly spans: sdkTracing.SpanExporter;
  readonly metrics: sdkMetrics.PushMetricExporter;
}

async function openExporters(endpoint: OtlpEndpoint, timeoutMillis: number): Promise<Exporters> {
  if (endpoint.protocol === 'grpc') {
    const [traces, metrics] = await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-grpc'),
      import('@opentelemetry/exporter-metrics-otlp-grpc'),
    ]);
    const options = { url: endpoint.url, timeoutMillis };
    return { spans: new traces.OTLPTraceExporter(options), metrics: new metrics.OTLPMetricExporter(options) };
  }
  const [traces, metrics] = await Promise.all([
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/exporter-metrics-otlp-proto'),
  ]);
  return {
    spans: new traces.OTLPTraceExporter({ url: endpoint.tracesUrl, timeoutMillis }),
    metrics: new metrics.OTLPMetricExporter({ url: endpoint.metricsUrl, timeoutMillis }),
  };
}

/** No ambient context: the default manager puts an async hook under every request, and spans get their parent by hand. */
function rootContext(root: Context): ContextManager {
  const manager: ContextManager = {
    active: () => root,
    with: (_context, fn, thisArg, ...args) =>
      Reflect.apply<typeof thisArg, typeof args, ReturnType<typeof fn>>(fn, thisArg, args),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

/** OpenTelemetry's own messages, at most one a minute: with the collector down there is one per export. */
function complaints(
  logger: Logger,
): Record<'error' | 'warn' | 'info' | 'debug' | 'verbose', (message: string) => void> {
  let complainedAt = Number.NEGATIVE_INFINITY;
  const complain = (message: string): void => {
    if (performance.now() - complainedAt < COMPLAIN_EVERY_MS) return;
    complainedAt = performance.now();
    logger.warn({ event: 'otel_export_failed', reason: message.slice(0, 200) }, 'telemetry could not be exported');
  };
  const silent = (): void => undefined;
  return { error: complain, warn: complain, info: silent, debug: silent, verbose: silent };
}
