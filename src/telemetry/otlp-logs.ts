import type { logs as sdkLogs } from '@opentelemetry/sdk-node';
import { chainMembersOf } from './chain/chain-members.js';
import type { CopyTarget } from './audit-copy.js';
import type { OtelSettings } from './otel-settings.js';
import { otlpEndpoint } from './otlp-endpoint.js';

const TIMEOUT_MS = 5_000;
const OPENING = /^\{"time":"([^"]{1,40})","event":"([a-z_]{1,40})"/;

/**
 * Sends audit lines as OpenTelemetry log records. The body is the line as it stands in the file, so that what a collector keeps can be
 * verified; attributes only help to find it. Failures are seen here, not in a batch processor that drops in silence.
 * @throws GatewayError config_invalid when the url is not one
 */
export async function otlpTarget(settings: OtelSettings): Promise<CopyTarget> {
  const { logs, resources, core } = await import('@opentelemetry/sdk-node');
  const exporter = await openLogExporter(settings);
  const waiting: sdkLogs.ReadableLogRecord[] = [];
  const provider = new logs.LoggerProvider({
    resource: resources.resourceFromAttributes({
      'service.name': settings.serviceName,
      'service.version': settings.serviceVersion,
      job: settings.jobName,
    }),
    processors: [
      {
        onEmit: (record) => waiting.push(record),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  });
  const logger = provider.getLogger('gateway.audit', settings.serviceVersion);
  return {
    name: 'otlp',
    async deliver(lines) {
      for (const line of lines) logger.emit(recordOf(line));
      const records = waiting.splice(0);
      // The exporter has a deadline of its own and tries again within it.
      await new Promise<void>((resolve, reject) => {
        exporter.export(records, ({ code, error }) => {
          if (code === core.ExportResultCode.SUCCESS) resolve();
          else
            reject(
              Object.assign(new Error('The collector did not take the records.', { cause: error }), {
                code: 'refused',
              }),
            );
        });
      });
    },
    close: () => exporter.shutdown(),
  };
}

function recordOf(line: Buffer) {
  const body = line.toString('utf8');
  const [, time = '', event = ''] = OPENING.exec(body) ?? [];
  const { chain = '', seq = 0 } = chainMembersOf(line) ?? {};
  const attributes = { 'audit.chain': chain, 'audit.seq': seq };
  return {
    timestamp: new Date(time),
    severityText: 'INFO',
    eventName: `audit.${event}`,
    body,
    attributes,
  };
}

/** @throws GatewayError config_invalid when the url is not one */
export async function openLogExporter(settings: OtelSettings): Promise<sdkLogs.LogRecordExporter> {
  const endpoint = otlpEndpoint(settings.url, settings.insecure);
  const timeoutMillis = settings.exportTimeoutMs ?? TIMEOUT_MS;
  if (endpoint.protocol === 'grpc') {
    const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-grpc');
    return new OTLPLogExporter({ url: endpoint.url, timeoutMillis });
  }
  const { OTLPLogExporter } = await import('@opentelemetry/exporter-logs-otlp-proto');
  return new OTLPLogExporter({ url: endpoint.tracesUrl.replace(/traces$/, 'logs'), timeoutMillis });
}
