import { createServer } from 'node:net';
import { systemErrorCode } from '../../config/fs-error.js';
import { guardedFetch } from '../../safe-fetch.js';
import { type Check, ok, warn } from './check.js';

const NAME = 'port';
const HOST = '127.0.0.1';
const DEADLINE_MS = 3_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** Whether `start` could listen there, or a gateway does already. A taken port is a warning: `--port` and stdio are ways round it. */
export async function checkPort(port: number, signal: AbortSignal): Promise<Check> {
  const address = `${HOST}:${String(port)}`;
  const code = await listenError(port);
  if (code === null) return ok(NAME, `${address} is free`);
  if (code !== 'EADDRINUSE') {
    return warn(NAME, `${address} cannot be listened on (${code})`, 'Choose another with start --port.');
  }
  const health = await gatewayHealth(address, signal);
  if (health === null) {
    return warn(NAME, `${address} is used by another program`, 'End that program, or choose another port with --port.');
  }
  if (health.status === 'ok') return ok(NAME, `${address} is served by a gateway (status ok)`);
  return warn(
    NAME,
    `${address} is served by a gateway with status ${health.status}, config ${health.config}`,
    'GET /health with the admin key tells why.',
  );
}

/** Error code of an attempt to listen; null = it worked. */
function listenError(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error) => {
      resolve(systemErrorCode(error) ?? 'unknown reason');
    });
    server.listen(port, HOST, () => {
      server.close(() => {
        resolve(null);
      });
    });
  });
}

/** What GET /health says there; null = whoever listens is no gateway. */
async function gatewayHealth(
  address: string,
  signal: AbortSignal,
): Promise<{ readonly status: string; readonly config: string } | null> {
  const client = guardedFetch({
    allowedHosts: new Set([address]),
    maxResponseBytes: MAX_ANSWER_BYTES,
    deadlineMs: DEADLINE_MS,
  });
  try {
    const response = await client.fetch(`http://${address}/health`, { signal });
    const { status, config } = (await response.json()) as { status?: unknown; config?: unknown };
    const isOurs = isOneOf(status, ['ok', 'degraded', 'error']) && isOneOf(config, ['ok', 'stale']);
    return isOurs ? { status: String(status), config: String(config) } : null;
  } catch {
    signal.throwIfAborted();
    return null;
  } finally {
    await client.close();
  }
}

function isOneOf(value: unknown, known: readonly string[]): boolean {
  return typeof value === 'string' && known.includes(value);
}
