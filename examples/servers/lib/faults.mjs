// The faults a misbehaving server can have. Plain JSON-RPC, no SDK: an SDK would refuse to do most of this.
import { once } from 'node:events';

/** Every mode with what it does; also the text of `--help`. */
export const MODES = new Map([
  ['hang', 'never answers (tools/call, or what --on names)'],
  ['hang-init', 'never answers server/discover and initialize'],
  ['die', 'exits with status 1 when called'],
  ['die-at-start', 'says so on stderr and exits with status 1 before it answers anything'],
  ['slow-start', 'does nothing for --start-ms milliseconds (default 5000), then works'],
  ['stderr-flood', 'writes 10 MB to stderr before it answers a call; blocks when nobody reads'],
  ['garbage-stdout', 'stdio: prints lines that are not JSON-RPC at start and around every answer'],
  ['wrong-ids', 'answers a call three times with ids that nobody used, never with the right one'],
  ['duplicate-answers', 'answers a call twice; the second answer has another text'],
  ['huge-result', 'answers a call with --bytes characters (default 50 MB)'],
  ['deep-result', 'answers a call with structuredContent nested 100,000 levels deep'],
  ['endless-progress', 'sends progress every 10 ms and never answers, until cancelled or disconnected'],
  ['list-changed-storm', 'sends 100 tools/list_changed every 10 ms for 10 s after the handshake'],
  ['grandchild', 'starts a process that sleeps ten minutes and inherits stdout; tool "pids" names it'],
  ['many-pages', 'lists 250 tools in pages of 50'],
  ['error-result', 'answers a call with isError: true'],
  ['rpc-error', 'answers a call with JSON-RPC error -32000'],
  ['secret-echo', 'adds the leak_* tools, which return their text in every place a result has'],
  ['http-401', 'HTTP: answers 401 with a Bearer challenge'],
  ['http-500', 'HTTP: answers 500 with an HTML page'],
  ['redirect', 'HTTP: answers 307 to --redirect-to (default /elsewhere here, which would answer)'],
  ['sse-cut', 'HTTP: opens an event stream and closes it without an answer'],
  ['slow-body', 'HTTP: sends the right answer at one byte per 100 ms'],
]);

/** Modes that only exist where there are HTTP responses. */
export const HTTP_ONLY = new Set(['http-401', 'http-500', 'redirect', 'sse-cut', 'slow-body']);

const FLOOD_BYTES = 10 * 1024 * 1024;
const DEPTH = 100_000;
const FOREIGN_IDS = [-1, 'no-such-id', 1e15];

const result = (id, value) => JSON.stringify({ jsonrpc: '2.0', id, result: value });
const textResult = (id, text, more) => result(id, { content: [{ type: 'text', text }], ...more });
const rpcError = (id, code, message) => JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } });

async function floodStderr() {
  const line = `${'stderr noise '.repeat(5000)}\n`;
  for (let written = 0; written < FLOOD_BYTES; written += line.length) {
    if (!process.stderr.write(line)) await once(process.stderr, 'drain');
  }
}

function endlessProgress(link, message) {
  const progressToken = message.params?._meta?.progressToken ?? 'nobody-asked';
  let progress = 0;
  const timer = setInterval(() => {
    const params = { progressToken, progress: ++progress };
    link.note(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params }));
  }, 10);
  link.onEnd(() => clearInterval(timer));
}

/**
 * Faults that replace the answer, in the order they are tried; the first whose mode is on takes the message.
 * A link has `note(json)` for a message before the answer, `answer(json)` for the last one, `onEnd(fn)`, and over HTTP `http`.
 */
const REPLACING = [
  ['hang', () => undefined],
  ['die', () => process.exit(1)],
  ['http-401', (link) => link.http.status(401, { 'www-authenticate': 'Bearer' }, 'Unauthorized')],
  ['http-500', (link) => link.http.status(500, { 'content-type': 'text/html' }, '<h1>Internal Server Error</h1>')],
  ['redirect', (link, _message, options) => link.http.status(307, { location: options.redirectTo }, '')],
  ['sse-cut', (link) => link.http.cut()],
  ['slow-body', (link, message) => link.http.trickle(textResult(message.id, 'slow but right'))],
  ['rpc-error', (link, message) => link.answer(rpcError(message.id, -32000, 'This server always fails.'))],
];

/** Faults in the answer of a tool call. */
const IN_CALL = [
  ['endless-progress', (link, message) => endlessProgress(link, message)],
  [
    'wrong-ids',
    (link) => {
      for (const id of FOREIGN_IDS.slice(1)) link.note(textResult(id, 'an answer to nobody'));
      link.answer(textResult(FOREIGN_IDS[0], 'an answer to nobody'));
    },
  ],
  [
    'duplicate-answers',
    (link, message) => {
      link.note(textResult(message.id, 'first answer'));
      link.answer(textResult(message.id, 'second answer'));
    },
  ],
  ['huge-result', (link, message, options) => link.answer(textResult(message.id, 'x'.repeat(options.bytes)))],
  [
    'deep-result',
    (link, message) => {
      const deep = `${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;
      const head = `{"jsonrpc":"2.0","id":${JSON.stringify(message.id)},"result":{"content":[],"structuredContent":`;
      link.answer(`${head}${deep}}}`);
    },
  ],
  ['error-result', (link, message) => link.answer(textResult(message.id, 'It did not work.', { isError: true }))],
];

/**
 * Applies the fault that is switched on for this message.
 * @returns true when the message has been dealt with, false when the server should answer it as a good one would.
 */
export async function misbehave(message, link, options) {
  const { modes, on } = options;
  const { method } = message;
  if (modes.has('hang-init') && (method === 'server/discover' || method === 'initialize')) return true;
  if (on === 'all' || method === on) {
    for (const [mode, fault] of REPLACING) {
      if (!modes.has(mode)) continue;
      fault(link, message, options);
      return true;
    }
  }
  if (method !== 'tools/call') return false;
  if (modes.has('stderr-flood')) await floodStderr();
  for (const [mode, fault] of IN_CALL) {
    if (!modes.has(mode)) continue;
    fault(link, message, options);
    return true;
  }
  return false;
}

/** The tools of mode secret-echo: each returns its `text` in another place, so that a filter that misses one place shows. */
export const LEAKS = new Map([
  ['leak_content', (id, text) => textResult(id, text)],
  [
    'leak_second_content',
    (id, text) =>
      result(id, {
        content: [
          { type: 'text', text: 'nothing here' },
          { type: 'text', text },
        ],
      }),
  ],
  ['leak_structured', (id, text) => result(id, { content: [], structuredContent: { nested: [{ value: text }] } })],
  ['leak_structured_key', (id, text) => result(id, { content: [], structuredContent: { [text]: true } })],
  [
    'leak_resource',
    (id, text) =>
      result(id, {
        content: [{ type: 'resource', resource: { uri: 'test://leak', mimeType: 'text/plain', text } }],
      }),
  ],
  [
    'leak_resource_link',
    (id, text) =>
      result(id, { content: [{ type: 'resource_link', uri: 'test://leak', name: 'leak', description: text }] }),
  ],
  ['leak_error_result', (id, text) => textResult(id, text, { isError: true })],
  ['leak_rpc_error', (id, text) => rpcError(id, -32000, text)],
  [
    'leak_rpc_error_data',
    (id, text) => JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: 'failed', data: { text } } }),
  ],
]);
