// A raw MCP client over HTTP for the load generator: handshake, calls, notifications and the end of a session.
import { HttpConn } from './http-conn.mjs';

const headerOf = (h, name) => new RegExp(`\\r\\n${name}: *([^\\r\\n]*)`, 'i').exec(h)?.[1];

class RpcError extends Error {}

/** One MCP client session (2025-era: initialize + Mcp-Session-Id; modern: 2026-07-28, no session, _meta on each request). */
export class McpClient {
  constructor(url, { headers = {}, protocol = '2025-06-18', modern = false, timeoutMs = 30000, conn } = {}) {
    const u = new URL(url);
    this.u = u;
    this.headers = headers;
    this.modern = modern;
    this.protocol = modern ? '2026-07-28' : protocol;
    this.conn = conn ?? new HttpConn(u.hostname.replace(/^\[|\]$/g, ''), +(u.port || 80), { timeoutMs });
    this.id = 0;
    this.session = null;
    this.negotiated = null;
    this._head();
    this.lastAnswerAt = 0;
    this.lingered = 0;
    this.sse = 0;
    this.bytes = 0;
  }

  _head() {
    let h = `POST ${this.u.pathname}${this.u.search} HTTP/1.1\r\nHost: ${this.u.host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`;
    for (const [k, v] of Object.entries(this.headers)) h += `${k}: ${v}\r\n`;
    if (this.session) h += `Mcp-Session-Id: ${this.session}\r\n`;
    if (this.modern) h += `MCP-Protocol-Version: ${this.protocol}\r\n`;
    else if (this.negotiated) h += `MCP-Protocol-Version: ${this.negotiated}\r\n`;
    this.head = h;
  }

  /** needle: bytes (the expected text as JSON) whose presence is answer enough, so that a large body need not be parsed here; resolves to null then. */
  async rpc(method, params, needle) {
    const id = ++this.id;
    let extra = '';
    if (this.modern) {
      params = {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': this.protocol,
          'io.modelcontextprotocol/clientInfo': { name: 'loadgen', version: '1' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      };
      extra = `Mcp-Method: ${method}\r\n`;
      if (params.name) extra += `Mcp-Name: ${params.name}\r\n`;
    }
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    let answer;
    const r = await this.conn.request(
      `${this.head}${extra}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      body,
      (data) => {
        const m = JSON.parse(data);
        for (const x of Array.isArray(m) ? m : [m])
          if (x.id === id && ('result' in x || 'error' in x)) {
            answer = x;
            return true;
          }
        return false;
      },
      { needle },
    );
    this.lastAnswerAt = r.tAnswer;
    this.bytes += r.bytes;
    if (r.lingered) this.lingered++;
    if (r.sse) this.sse++;
    if (r.status !== 200) throw new RpcError(`HTTP ${r.status} ${r.body.slice(0, 200)}`);
    if (r.found) {
      this.lastHeaders = r.headers;
      return null;
    }
    if (!r.sse) {
      answer = JSON.parse(r.body);
      if (Array.isArray(answer)) answer = answer[0];
    }
    if (!answer) throw new RpcError('no answer in stream');
    if (answer.id !== id) throw new RpcError(`answer id ${answer.id} for ${id}`);
    if (answer.error) throw new RpcError(`${answer.error.code} ${answer.error.message}`.slice(0, 300));
    this.lastHeaders = r.headers;
    return answer.result;
  }

  async notify(method, params) {
    const body = JSON.stringify({ jsonrpc: '2.0', method, ...(params ? { params } : {}) });
    const r = await this.conn.request(
      `${this.head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`,
      body,
      () => true,
    );
    if (r.status >= 300) throw new RpcError(`notification: HTTP ${r.status} ${r.body.slice(0, 200)}`);
  }

  async init() {
    if (this.modern) return this.rpc('server/discover', {});
    this.session = null;
    this.negotiated = null;
    this._head();
    const r = await this.rpc('initialize', {
      protocolVersion: this.protocol,
      capabilities: {},
      clientInfo: { name: 'loadgen', version: '1' },
    });
    this.session = headerOf(this.lastHeaders, 'mcp-session-id') ?? null;
    this.negotiated = r.protocolVersion;
    this._head();
    await this.notify('notifications/initialized');
    return r;
  }

  async end() {
    if (!this.session) return;
    const h = this.head.replace(/^POST/, 'DELETE');
    const r = await this.conn.request(`${h}Content-Length: 0\r\n\r\n`, '', () => true);
    this.session = null;
    this._head();
    return r.status;
  }

  close() {
    this.conn.close();
  }
}
