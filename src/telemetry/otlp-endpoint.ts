import { GatewayError } from '../errors.js';

/** Where and how telemetry is sent. */
export type OtlpEndpoint =
  | { readonly protocol: 'grpc'; readonly url: string }
  | { readonly protocol: 'http'; readonly tracesUrl: string; readonly metricsUrl: string };

/**
 * The collector's address as users write it. Port 4318 or a path means OTLP over HTTP, anything else OTLP over gRPC (4317 by
 * custom). https is always TLS; http becomes TLS when `insecure` is false.
 * @throws GatewayError config_invalid for what is not an http(s) URL
 */
export function otlpEndpoint(url: string, insecure: boolean): OtlpEndpoint {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new GatewayError(
      'config_invalid',
      'The telemetry url is not an http or https URL; write for example http://localhost:4317.',
    );
  }
  const target = new URL(url);
  if (!insecure) target.protocol = 'https:';
  const path = target.pathname.replace(/\/+$/, '').replace(/\/v1\/(traces|metrics|logs)$/, '');
  if (target.port !== '4318' && target.pathname === '/') return { protocol: 'grpc', url: target.origin };
  const base = target.origin + path;
  return { protocol: 'http', tracesUrl: `${base}/v1/traces`, metricsUrl: `${base}/v1/metrics` };
}
