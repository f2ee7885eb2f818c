import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AdminKey } from './admin-key.js';
import { jsonBody } from './json-body.js';
import { RequestAudit } from './request-audit.js';
import { Metrics } from '../telemetry/metrics.js';

/** Answers are data for programs: never sniffed, framed, stored or allowed to load anything. The API docs page has a policy of its own. */
const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cache-Control', 'no-store'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
];
/**
 * What every request outside /mcp passes first: protective headers, and the counters of the admin API. To be called right after the
 * app is created, before any route exists.
 */
export function prepareExpress(app: NestExpressApplication): void {
  const metrics = app.get(Metrics, { strict: false });
  const audit = app.get(RequestAudit, { strict: false });
  app.disable('x-powered-by');
  app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    if (/^\/api\//i.test(request.url ?? '')) {
      countRequest(metrics, response);
      audit.watch(request, response);
    }
    next();
  });
  app.use(jsonBody(app.get(AdminKey, { strict: false })));
}

function countRequest(metrics: Metrics, response: ServerResponse): void {
  const started = performance.now();
  response.once('close', () => {
    metrics.apiRequests.add(1, String(response.statusCode));
    metrics.apiDuration.cell().observe((performance.now() - started) / 1000);
  });
}
