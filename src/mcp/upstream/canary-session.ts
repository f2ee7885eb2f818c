import type { CancelSignal } from '../../contracts/cancel-signal.js';
import type { Era } from '../../contracts/mcp-call.js';
import { GatewayError } from '../../errors.js';
import { LATEST_SESSION_VERSION } from './envelope.js';
import { isObject } from './json-rpc-wire.js';
import { abortError } from './pending-request.js';
import type { UpstreamAnswer, UpstreamSession } from './upstream-session.js';

/** An upstream inside the process, for the self-test at start-up only: it gives back `params.arguments.message` as text. */
export class CanarySession implements UpstreamSession {
  readonly era: Era = '2025';
  readonly protocolVersion = LATEST_SESSION_VERSION;
  readonly serverInfo = { name: 'canary', version: '1' };
  readonly capabilities = { tools: {} };
  readonly instructions = undefined;
  readonly inFlight = 0;
  alive = true;
  onToolsChanged: (() => void) | undefined;
  inbox: undefined;
  /** Requests that reached it: the self-test proves with this that a refused call did not. */
  calls = 0;

  request(
    _method: string,
    params: Readonly<Record<string, unknown>> | undefined,
    _onProgress: unknown,
    signal: CancelSignal,
  ): Promise<UpstreamAnswer> {
    if (signal.aborted) return Promise.reject(abortError(signal));
    if (!this.alive) return Promise.reject(new GatewayError('upstream_unavailable', 'The canary was closed.'));
    this.calls++;
    const args = isObject(params?.arguments) ? params.arguments : {};
    const text = typeof args.message === 'string' ? args.message : '';
    const result = { content: [{ type: 'text', text }] };
    return Promise.resolve({ body: { kind: 'result', result }, bytes: Buffer.byteLength(JSON.stringify(result)) });
  }

  notify(): void {
    return;
  }

  close(): Promise<void> {
    this.alive = false;
    return Promise.resolve();
  }
}
