import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerOptions } from './gateway.js';

/**
 * `wait {ms, text}` answers late, and whether it was cancelled or not; `slow` and `late` are the same under other names; `freeze` blocks
 * the process for ever; `heard` gives back every notification and ping so far; `pid` the process.
 */
const SOURCE = `
import { createInterface } from 'node:readline';
const heard = [];
let lists = 0;
const send = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
const text = (id, value) => send(id, { content: [{ type: 'text', text: value }] });
const names = ['wait', 'slow', 'late', 'freeze', 'heard', 'pid'];
const late = (id, { ms, text: value }) => setTimeout(() => text(id, value), ms);
const tools = {
  wait: late,
  slow: late,
  late,
  freeze: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  heard: (id) => text(id, JSON.stringify(heard)),
  pid: (id) => text(id, String(process.pid)),
};
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined || method === 'ping') heard.push({ id, method, params });
  if (id === undefined) continue;
  if (method === 'initialize') {
    send(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'stubborn', version: '1' } });
  } else if (method === 'tools/list') {
    if (process.argv.includes('--mute-first-list') && lists++ === 0) continue;
    send(id, { tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) });
  } else if (method === 'tools/call') tools[params.name](id, params.arguments ?? {});
  else send(id, {});
}
`;

/** A server on stdio that does not do as it is told, written to a folder of its own. */
export class StubbornServer {
  private readonly dir = mkdtempSync(join(tmpdir(), 'stubborn-'));
  private readonly path = join(this.dir, 'server.mjs');

  constructor() {
    writeFileSync(this.path, SOURCE);
  }

  /** @param args `--mute-first-list`: does not answer the first tools/list */
  entry(name: string, extra: Record<string, unknown> = {}, args: readonly string[] = []): ServerOptions {
    return { name, config: { command: process.execPath, args: [this.path, ...args] }, extra };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}
