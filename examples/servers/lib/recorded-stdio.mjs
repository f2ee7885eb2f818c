// Serves an SDK server on stdin and stdout, and writes down every tool call that reaches the process.
import { appendFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

/** The tool call in one line of JSON-RPC; undefined for everything else. */
function callIn(line) {
  try {
    const { method, params } = JSON.parse(line);
    return method === 'tools/call' ? { tool: params?.name, arguments: params?.arguments ?? {} } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param createServer makes the server of one connection
 * @param record file that gets one JSON line {"tool", "arguments"} per tools/call as it came over the wire, before the SDK sees it; a
 *   call that is not in it never arrived. Created at once. undefined = no record
 */
export function serveRecorded(createServer, record) {
  if (record !== undefined) {
    // Another process of the same server may have written to it already.
    appendFileSync(record, '', { mode: 0o600 });
    // Not stdin.setEncoding: the SDK listens too, and wants bytes.
    const utf8 = new StringDecoder('utf8');
    let rest = '';
    process.stdin.on('data', (chunk) => {
      const lines = (rest + utf8.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const call of lines.map(callIn)) if (call !== undefined) appendFileSync(record, `${JSON.stringify(call)}\n`);
    });
  }
  serveStdio(createServer);
}
