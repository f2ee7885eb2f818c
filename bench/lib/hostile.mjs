// What it costs to refuse bodies that are made to be expensive, next to what an ordinary call costs.
import { HttpConn } from './http-conn.mjs';
import { McpClient } from './mcp-raw.mjs';
import { fineCpuSeconds } from './proc.mjs';

const DEPTH = 100_000;

function bodies(tool) {
  const head = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":${JSON.stringify(tool)},"arguments":`;
  const text = Buffer.from(`${head}{"message":"abc?def"}}}`);
  text[text.indexOf('?')] = 0xff;
  return new Map([
    ['depth 100,000', Buffer.from(`${head}${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}}}`)],
    ['invalid UTF-8', text],
  ]);
}

async function cpuMsPer(pid, count, once) {
  for (let n = 0; n < Math.min(count, 50); n++) await once();
  const before = fineCpuSeconds(pid);
  for (let n = 0; n < count; n++) await once();
  return ((fineCpuSeconds(pid) - before) / count) * 1000;
}

/**
 * CPU milliseconds of the gateway per refused body, and how many answers were not 400, beside its CPU milliseconds per call.
 * @returns {Promise<{callMs: number, refusals: {kind: string, cpuMs: number, wrong: number}[]}>}
 */
export async function hostileBodies(target, count) {
  const client = new McpClient(target.url, { headers: target.headers });
  await client.init();
  const callMs = await cpuMsPer(target.pid, count, () =>
    client.rpc('tools/call', { name: target.tool, arguments: { message: 'normal' } }),
  );
  const { hostname, port } = new URL(target.url);
  const refusals = [];
  for (const [kind, body] of bodies(target.tool)) {
    const conn = new HttpConn(hostname, Number(port), { timeoutMs: 10_000 });
    const head = `${client.head}Content-Length: ${body.length}\r\n\r\n`;
    let wrong = 0;
    const cpuMs = await cpuMsPer(target.pid, count, async () => {
      const { status } = await conn.request(head, body, () => true).catch(() => ({ status: 0 }));
      if (status !== 400) wrong++;
    });
    conn.close();
    refusals.push({ kind, cpuMs, wrong });
  }
  await client.end().catch(() => undefined);
  client.close();
  return { callMs, refusals };
}
