import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type Block, blocksOf, DOCUMENTS, isShell, read } from '../support/documents.js';
import { CLI, ROOT } from '../support/gateway.js';
import { type JsonObject, merge } from '../support/json-merge.js';
import { type AnyClient, connectV1 } from '../support/mcp-clients.js';
import { type FirstStart, type Ran, Reader } from '../support/reader.js';

const ALL_BLOCKS_MS = 180_000;
jest.setTimeout(60_000);

const README = blocksOf('README.md');
const DOCS = DOCUMENTS.filter((file) => file.startsWith('docs/')).flatMap(blocksOf);
/** Followed from its first line by somebody who has nothing yet, and its output is compared like that of README. */
const QUICK_START = 'docs/quick-start.md';
const FOLLOWED = [...README, ...DOCS.filter(({ file }) => file === QUICK_START)];
const SHELL = [...README, ...DOCS].filter(isShell);

interface Equivalent {
  readonly spec: string;
  /** Name of the test in it. */
  readonly test: string;
}

const FIRST_START = { spec: 'test/e2e/readme-commands.spec.ts', test: 'shows what the first start prints' };
const IMAGE = { spec: 'test/e2e/docker.spec.ts', test: 'starts with options that there are' };

/** Blocks that need a registry, Docker, or a shell that stays occupied: each with the test that does what they do. */
const INSTEAD: ReadonlyMap<string, Equivalent> = new Map([
  [
    'npm ci && npm run demo',
    { spec: 'test/e2e/demo.spec.ts', test: 'ends with 0 within 20 seconds, every scene as told' },
  ],
  ['npm ci && npm start', FIRST_START],
  ['npm ci && npm test', { spec: 'test/e2e/readme.spec.ts', test: 'has scripts behind npm that there are' }],
  [
    'npm install --global --ignore-scripts ./secure-mcp-gateway-0.1.0.tgz',
    { spec: 'test/e2e/package.spec.ts', test: 'prints its version, alone for scripts and with the commit for people' },
  ],
  ['npm run sbom', { spec: 'test/e2e/package-sbom.spec.ts', test: 'has everything that is installed in production' }],
  ['docker build', { spec: 'test/e2e/docker.spec.ts', test: 'knows every instruction that it uses' }],
  ['docker volume', { spec: 'test/e2e/docker.spec.ts', test: 'puts the config where the reference has it' }],
  ['docker run', IMAGE],
  ['node dist/cli/main.js start', FIRST_START],
  [
    'secure-mcp-gateway start --config ~/trial/config.json',
    { spec: 'test/e2e/config-samples.spec.ts', test: 'tells each older form once in its log' },
  ],
]);

const equivalentOf = ({ text }: Block): string | undefined =>
  [...INSTEAD.keys()].find((start) => text.startsWith(start));
const RUNNABLE = SHELL.filter((block) => equivalentOf(block) === undefined);
const nameOf = ({ file, text }: Block): string => `${file}: ${text.trimEnd().split('\n').at(-1) ?? ''}`;

/** Whoever comes from the reference gateway has its file, its key, and its entry in a client. */
const REFERENCE_SECTION = 'Coming from the reference gateway';
const MIGRATION = 'docs/migration.md';
const REFERENCE_KEY = 'fixture-gateway-key-0123456789abcdefABCDEFGHIJKL';
const REFERENCE_ENTRY = {
  command: 'uv',
  args: ['run', '--with', 'mcp[cli]', 'mcp', 'run', '/home/you/secure_mcp_gateway/gateway.py'],
  env: { ENKRYPT_GATEWAY_KEY: REFERENCE_KEY },
};
/** Its echo server in a form that starts here. */
const REFERENCE_FILE = read('test/fixtures/configs/seed-macos.json')
  .replace('"python"', '"node"')
  .replace(/"[^"]*echo\.py"/, JSON.stringify(join(ROOT, 'examples/servers/echo.mjs')));
const CONFIG = '.enkrypt/enkrypt_mcp_config.json';

const prefix = mkdtempSync(join(tmpdir(), 'reader-npm-'));
const values = new Map<string, string>();
const reader = new Reader(prefix, values);
const referenceValues = new Map([['YOUR_GATEWAY_KEY', REFERENCE_KEY]]);
const switcher = new Reader(prefix, referenceValues);
/** Does the same as the switcher, in the longer way. */
const mover = new Reader(prefix, referenceValues);
const newcomerValues = new Map<string, string>();
const newcomer = new Reader(prefix, newcomerValues);
const READERS = [reader, switcher, mover, newcomer];
const ran = new Map<Block, Ran>();
const gateways: FirstStart[] = [];
let gateway: FirstStart | null = null;
/** Rights of the command before npm links it, which sets them. */
let builtMode: number;

beforeAll(async () => {
  for (const who of [switcher, mover]) {
    who.put(CONFIG, REFERENCE_FILE);
    who.put('.cursor/mcp.json', JSON.stringify({ mcpServers: { 'Enkrypt Secure MCP Gateway': REFERENCE_ENTRY } }));
  }
  builtMode = statSync(CLI).mode;
  gateway = await startOf(reader, values);
  await startOf(newcomer, newcomerValues);
  // Top to bottom, as people read; each test below then looks at one block.
  for (const block of [...README, ...DOCS]) {
    if (RUNNABLE.includes(block)) {
      ran.set(block, await whoReads(block).run(block.text));
    } else if (block.section === 'Protect a server' && block.mark.startsWith('config ')) edit(block);
  }
}, ALL_BLOCKS_MS);

afterAll(async () => {
  for (const one of gateways) await one.stop();
  for (const one of READERS) one.remove();
  rmSync(prefix, { recursive: true, force: true });
});

/** The first start, and what it says is to be filled in. */
async function startOf(who: Reader, filled: Map<string, string>): Promise<FirstStart> {
  const started = await who.start();
  gateways.push(started);
  filled.set('YOUR_GATEWAY_KEY', started.gatewayKey);
  filled.set('YOUR_ADMIN_KEY', started.adminKey);
  filled.set('http://127.0.0.1:8000', started.origin);
  return started;
}

function whoReads({ file, section }: Block): Reader {
  if (file === QUICK_START) return newcomer;
  if (file === MIGRATION) return mover;
  return section === REFERENCE_SECTION ? switcher : reader;
}

/** What the reader does with an editor. */
function edit({ mark, text }: Block): void {
  const path = join(reader.home, CONFIG);
  const config = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  const written = JSON.parse(reader.filledIn(text)) as JsonObject;
  if (mark === 'config part') merge(config, written);
  else {
    const [{ mcp_config: servers } = { mcp_config: [] }] = Object.values(
      config.mcp_configs as Record<string, { mcp_config: JsonObject[] }>,
    );
    const index = servers.findIndex(({ server_name }) => server_name === written.server_name);
    // The text says to add policies to an entry: nothing else of it may differ.
    expect(written).toMatchObject(servers[index] ?? { missing: written.server_name });
    servers[index] = written;
  }
  writeFileSync(path, JSON.stringify(config, null, 2));
}

/** Paths, keys, ids and times differ from one run to the next. */
function withoutValues(text: string): string {
  return READERS.reduce((shown, { home }) => shown.replaceAll(home, '/home/you'), text)
    .replace(/ in [\d.]+ ms/g, ' in N ms')
    .replace(/request_id \S+/g, 'request_id ID')
    .replace(/revision [0-9a-f]+/g, 'revision R')
    .replace(/<([A-Z]+)_(\d+)_\w+>/g, '<$1_$2_TAG>')
    .replace(/((?:gateway|admin) key {2,}).*/g, '$1KEY')
    .replace(/("apikey": ").*(")/g, '$1KEY$2')
    .replace(/http:\/\/127\.0\.0\.1:[^/]+/g, 'http://127.0.0.1:PORT')
    .replace('; the port is in the ready line', '')
    .replace(/\n?$/, '\n');
}

/** A shown text matches line by line; a line `…` stands for any number of lines. */
function patternOf(shown: string): RegExp {
  const parts = withoutValues(shown).split(/^…\n/m);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(?:.*\\n)*?')}$`);
}

/** The block behind a block of commands, if it shows what they print. */
function shownAfter(block: Block): Block | undefined {
  const next = FOLLOWED[FOLLOWED.indexOf(block) + 1];
  if (next?.file !== block.file) return undefined;
  return next.language === 'text' || next.mark === 'audit line' ? next : undefined;
}

const outputOf = (line: string): string =>
  [...ran].find(([{ file, text }]) => file === 'README.md' && text.includes(line))?.[1].output ?? '';

describe('every block of commands', () => {
  it('is run, or has a test that does the same', () => {
    expect(RUNNABLE.length).toBeGreaterThanOrEqual(15);
    const used = new Set(SHELL.map(equivalentOf).filter((start) => start !== undefined));
    expect([...used].sort()).toEqual([...INSTEAD.keys()].sort());
    for (const { spec, test } of INSTEAD.values()) {
      expect([test, readFileSync(join(ROOT, spec), 'utf8').includes(`it('${test}`)]).toEqual([test, true]);
    }
  });

  it.each(RUNNABLE.map((block) => [nameOf(block), block] as const))('%s', (_name, block) => {
    const { code, output } = ran.get(block) ?? { code: null, output: 'was not run' };
    const expected = block.mark === 'exit 1' ? 1 : 0;
    expect(code === expected ? '' : `${String(code)}: ${output}`).toBe('');
  });

  it.each(
    RUNNABLE.filter((block) => shownAfter(block)?.language === 'text').map((block) => [nameOf(block), block] as const),
  )('prints what is shown: %s', (_name, block) => {
    expect(withoutValues(ran.get(block)?.output ?? '')).toMatch(patternOf(shownAfter(block)?.text ?? ''));
  });
});

describe('who follows README', () => {
  it('shows what the first start prints', () => {
    const shown = README.find(({ text }) => text.startsWith('Wrote a default config'))?.text ?? '';
    expect(withoutValues(gateway?.greeting ?? '')).toBe(withoutValues(shown));
  });

  it('can run the command after each build, also when npm has linked it before', () => {
    // Only `npm run build` writes this file; `nest build` alone makes no command.
    const isWholeBuild = existsSync(join(ROOT, 'dist', 'build-info.json'));
    expect(isWholeBuild ? builtMode & 0o111 : 0o111).toBe(0o111);
  });

  it('has every value that is to be filled in', () => {
    const unknown = RUNNABLE.flatMap(({ text }) => [...text.matchAll(/YOUR_[A-Z_]+/g)].map(([name]) => name));
    expect([...new Set(unknown)].sort()).toEqual(['YOUR_ADMIN_KEY', 'YOUR_GATEWAY_KEY', 'YOUR_TOKEN']);
  });

  it('finds a gateway that is well', () => {
    expect(outputOf('secure-mcp-gateway doctor')).toContain('{"status":"ok","config":"ok"}');
    expect(outputOf('secure-mcp-gateway doctor')).toMatch(/^\d+ ok, 0 warn, 0 fail$/m);
    expect(outputOf('/metrics')).toContain('# TYPE enkrypt_tool_calls_total counter');
    expect(outputOf('/metrics')).toContain('"revision"');
    const openapi = [...ran].find(([{ text }]) => text.includes('/openapi.json'))?.[1].output;
    expect(openapi).toContain('"openapi":"3.1.0"');
  });

  it('reads the audit line that is shown, value by value where it cannot differ', () => {
    const shown = JSON.parse(README.find(({ mark }) => mark === 'audit line')?.text ?? '') as JsonObject;
    const real = JSON.parse(outputOf(`grep '"event":"call"' ~/.enkrypt/audit.jsonl | tail -n 1`)) as JsonObject;
    expect(Object.keys(real)).toEqual(Object.keys(shown));
    const differing = [
      'time',
      'request_id',
      'key',
      'user',
      'project',
      'config',
      'upstream_ms',
      'total_ms',
      'chain',
      'seq',
      'prev',
    ];
    const form = (line: JsonObject): JsonObject =>
      Object.fromEntries(
        Object.entries(line).map(([name, value]) => [name, differing.includes(name) ? typeof value : value]),
      );
    expect(form(real)).toEqual(form(shown));
  });

  it('has a server whose file shows that it never saw the address', () => {
    expect(readFileSync(join(reader.home, 'notes', 'new.txt'), 'utf8')).toMatch(/^Ask <EMAIL_1_\w+>$/);
  });

  it('comes from the reference with the same key, now hashed, and one entry in the client', () => {
    const { mcpServers } = JSON.parse(readFileSync(join(switcher.home, '.cursor/mcp.json'), 'utf8')) as {
      mcpServers: Record<string, typeof REFERENCE_ENTRY>;
    };
    expect(Object.keys(mcpServers)).toEqual(['secure-mcp-gateway']);
    expect(mcpServers['secure-mcp-gateway']?.env.ENKRYPT_GATEWAY_KEY).toBe(REFERENCE_KEY);
    expect(readFileSync(join(switcher.home, CONFIG), 'utf8')).not.toContain(REFERENCE_KEY);
  });

  async function expectItWorks(client: AnyClient): Promise<void> {
    try {
      expect((await client.list()).map(({ name }) => name)).toContain('notes__read_text_file');
      const answer = await client.call('echo_server__echo', { message: 'hello' });
      expect(answer).toMatchObject({ content: [{ type: 'text', text: 'hello' }] });
    } finally {
      await client.close();
    }
  }

  function entry(mark: string): {
    url: string;
    headers: Record<string, string>;
    command: string;
    args: string[];
    env: JsonObject;
  } {
    const block = README.find((one) => one.mark === mark);
    const { mcpServers } = JSON.parse(reader.filledIn(block?.text ?? '{}')) as { mcpServers: JsonObject };
    return Object.values(mcpServers)[0] as ReturnType<typeof entry>;
  }

  it('connects a client over HTTP with the entry that is shown', async () => {
    const { url, headers } = entry('client http');
    await expectItWorks(await connectV1(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })));
  });

  it('connects a client that starts the gateway with the entry that is shown', async () => {
    const { command, args, env } = entry('client stdio');
    const all = { ...reader.environment, ...env } as Record<string, string>;
    await expectItWorks(await connectV1(new StdioClientTransport({ command, args, env: all, stderr: 'ignore' })));
  });
});
