import { traceHeaders } from '../../telemetry/trace-context.js';
import { modernParams, sessionParams } from './envelope.js';
import type { HttpAgreement, HttpPeer } from './http-handshake.js';
import { modernHeaders, type FlatHeaders } from './http-headers.js';

type Params = Readonly<Record<string, unknown>> | undefined;

const MAX_TOOL_HEADERS = 256;

/** Writes the requests to one server as its era has them. */
export class HttpComposer {
  readonly #peer: HttpPeer;
  #toolHeaders: { readonly of: HttpAgreement | undefined; readonly byTool: Map<string, FlatHeaders> } = {
    of: undefined,
    byTool: new Map(),
  };

  constructor(peer: HttpPeer) {
    this.#peer = peer;
  }

  compose(
    used: HttpAgreement,
    id: number,
    method: string,
    params: Params,
    withProgress: boolean,
  ): { headers: FlatHeaders; body: string } {
    const token = withProgress ? id : undefined;
    if (used.era === '2025') {
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: sessionParams(params, token) });
      return { headers: withTrace(used.headers, params), body };
    }
    const sent = modernParams(params, this.#peer, token);
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: sent });
    return { headers: withTrace(this.#modernHeaders(used, method, params), params), body };
  }

  /** A server has few tools, and their headers are the same on every call. */
  #modernHeaders(used: HttpAgreement, method: string, params: Params): FlatHeaders {
    if (method !== 'tools/call' || typeof params?.name !== 'string') return modernHeaders(used.headers, method, params);
    if (this.#toolHeaders.of !== used) this.#toolHeaders = { of: used, byTool: new Map() };
    const { byTool } = this.#toolHeaders;
    let headers = byTool.get(params.name);
    if (headers === undefined) {
      headers = modernHeaders(used.headers, method, params);
      if (byTool.size < MAX_TOOL_HEADERS) byTool.set(params.name, headers);
    }
    return headers;
  }
}

/** Servers behind proxies that know nothing of `_meta` see the trace in headers too. */
function withTrace(headers: FlatHeaders, params: Params): FlatHeaders {
  if (params?._meta === undefined) return headers;
  const trace = traceHeaders(params._meta);
  return trace.length === 0 ? headers : [...headers, ...trace];
}
