// The protocol half of the misbehaving server: records, delays, lets the chosen faults act, and otherwise answers properly.
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { LEAKS, misbehave } from './faults.mjs';

const PAGE = 50;
const PAGED_TOOLS = 250;
const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];

const tool = (name, description, property) => ({
  name,
  description,
  inputSchema: {
    type: 'object',
    ...(property === undefined
      ? { properties: {} }
      : { properties: { [property]: { type: 'string' } }, required: [property] }),
  },
});

function toolsFor(modes) {
  const tools = [
    tool('echo', 'Returns the message unchanged.', 'message'),
    tool('record_count', 'How many calls of other tools this process has received.'),
    tool('pids', 'The process ids of this server and of its grandchild, if it has one.'),
  ];
  if (modes.has('secret-echo')) {
    for (const name of LEAKS.keys()) tools.push(tool(name, `Returns its text (${name.replace('leak_', '')}).`, 'text'));
  }
  if (modes.has('many-pages')) {
    for (let n = tools.length; n < PAGED_TOOLS; n++) {
      tools.push(tool(`page_tool_${String(n).padStart(3, '0')}`, `Tool number ${n}.`));
    }
  }
  return tools;
}

/** One server process; `receive` takes each JSON-RPC message with the link its answer goes to. */
export class FaultyServer {
  #options;
  #tools;
  #calls = 0;
  /** Session and request id (as JSON) of what is being worked on -> what to run when the client cancels it. */
  #running = new Map();

  /** @param options modes, on, delayMs [min, max], record, bytes, redirectTo, name, grandchild (pid or null) */
  constructor(options) {
    this.#options = options;
    this.#tools = toolsFor(options.modes);
  }

  get calls() {
    return this.#calls;
  }

  /** Records tool calls before anything else can happen, then answers or misbehaves. Never rejects. */
  receive(message, link) {
    const messages = Array.isArray(message) ? message : [message];
    for (const each of messages) {
      if (each?.method === 'tools/call' && each.params?.name !== 'record_count') this.#record(each.params);
    }
    // Recorded all the same: a batch that reached this process is a call that reached it.
    if (Array.isArray(message)) return void link.answer(this.#error(null, -32600, 'Batches are not supported'));
    this.#serve(message, link).catch((error) => link.answer(this.#error(message?.id, -32603, String(error?.message))));
  }

  #record(params) {
    this.#calls++;
    if (this.#options.record === undefined) return;
    const sha256 = createHash('sha256')
      .update(JSON.stringify(params?.arguments ?? null))
      .digest('hex');
    appendFileSync(this.#options.record, `${JSON.stringify({ name: params?.name, sha256 })}\n`);
  }

  async #serve(message, link) {
    if (message?.method === 'notifications/cancelled') {
      const cancelled = JSON.stringify([link.session, message.params?.requestId]);
      for (const stop of this.#running.get(cancelled) ?? []) stop();
      this.#running.delete(cancelled);
    }
    if (message?.id === undefined || message.method === undefined) return link.accept();
    const key = JSON.stringify([link.session, message.id]);
    const ending = [];
    this.#running.set(key, ending);
    const tracked = Object.create(link, {
      onEnd: { value: (stop) => (ending.push(stop), link.onEnd(stop)) },
    });
    const [least, most] = this.#options.delayMs;
    const delayMs = least + Math.random() * (most - least);
    if (message.method === 'tools/call' && delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    // The tools a test asks for its proof stay honest in every mode.
    const proof = message.params?.name === 'record_count' || message.params?.name === 'pids';
    const dealtWith = !(message.method === 'tools/call' && proof) && (await misbehave(message, tracked, this.#options));
    if (dealtWith) return;
    this.#running.delete(key);
    link.answer(this.#answer(message, link));
  }

  #answer({ id, method, params }, link) {
    switch (method) {
      case 'initialize': {
        const asked = params?.protocolVersion;
        return this.#result(id, {
          protocolVersion: LEGACY_VERSIONS.includes(asked) ? asked : LEGACY_VERSIONS[0],
          capabilities: { tools: { listChanged: true } },
          serverInfo: { name: this.#options.name, version: '1.0.0' },
        });
      }
      case 'ping':
        return this.#result(id, {});
      case 'tools/list':
        return this.#list(id, params);
      case 'tools/call':
        return this.#call(id, params, link);
      default:
        return this.#error(id, -32601, 'Method not found');
    }
  }

  #list(id, params) {
    if (!this.#options.modes.has('many-pages')) return this.#result(id, { tools: this.#tools });
    const start = params?.cursor === undefined ? 0 : Number(/^page-(\d+)$/.exec(params.cursor)?.[1]) * PAGE;
    if (!(start < this.#tools.length)) return this.#error(id, -32602, 'Unknown cursor');
    const end = start + PAGE;
    const more = end < this.#tools.length ? { nextCursor: `page-${end / PAGE}` } : {};
    return this.#result(id, { tools: this.#tools.slice(start, end), ...more });
  }

  #call(id, params, link) {
    const args = params?.arguments ?? {};
    if (params?.name === 'record_count') return this.#text(id, String(this.#calls));
    if (params?.name === 'pids') {
      return this.#text(
        id,
        JSON.stringify({ pid: process.pid, grandchild: this.#options.grandchild, session: link.session }),
      );
    }
    if (!this.#tools.some((known) => known.name === params?.name)) return this.#error(id, -32602, 'Unknown tool');
    const leak = LEAKS.get(params.name);
    if (leak !== undefined) return leak(id, String(args.text));
    return this.#text(id, params.name === 'echo' ? String(args.message) : params.name);
  }

  #result(id, result) {
    return JSON.stringify({ jsonrpc: '2.0', id, result });
  }

  #text(id, text) {
    return this.#result(id, { content: [{ type: 'text', text }] });
  }

  #error(id, code, message) {
    return JSON.stringify({ jsonrpc: '2.0', id: id ?? null, error: { code, message } });
  }
}
