import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callModern, textOf } from '../support/answers.js';
import { CLI, eventually, ROOT, TestGateway } from '../support/gateway.js';

type Json = Record<string, unknown>;

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const DOCUMENTS = [
  ...markdownIn('.'),
  ...markdownIn('docs'),
  ...markdownIn('docs/adr'),
  ...markdownIn('bench'),
  ...markdownIn('examples/servers'),
];

function markdownIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

interface Block {
  /** The comment in front, for example `config server`; '' = none. */
  readonly mark: string;
  readonly language: string;
  readonly text: string;
}

/** The fenced code blocks of a document. */
function blocksOf(markdown: string): Block[] {
  const fence = /(?:<!-- (config \w+|client \w+) -->\n\n)?^```(\w*)\n([^]*?)^```$/gm;
  return [...markdown.matchAll(fence)].map(([, mark = '', language = '', text = '']) => ({ mark, language, text }));
}

const BLOCKS = blocksOf(README);

function marked(mark: string): Json[] {
  return BLOCKS.filter((block) => block.mark === mark).map(({ text }) => JSON.parse(text) as Json);
}

/** Text that a reader may copy: code blocks and code spans. */
function codeOf(markdown: string): string {
  const spans = markdown.replace(/^```[^]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g);
  return [...blocksOf(markdown).map(({ text }) => text), ...[...spans].map(([, span = '']) => span)].join('\n');
}

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'readme-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, HOME: home, ...environment };
  return spawnSync(process.execPath, [CLI, ...args], { env, cwd: ROOT, encoding: 'utf8', timeout: 20_000 });
}

describe('the commands of README', () => {
  it.each(['npm ci && npm start', 'npm ci && npm test'])('has a code block of nothing but: %s', (command) => {
    expect(BLOCKS.filter(({ language, text }) => language === 'sh' && text === `${command}\n`)).toHaveLength(1);
  });

  it('shows what the first start prints', async () => {
    const child = spawn(process.execPath, [CLI, 'start', '--init', '--port', '0'], {
      env: { PATH: process.env.PATH, HOME: home },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    try {
      await eventually(
        () => printed,
        (text) => /^ready .*\n/m.test(text),
        20_000,
      );
    } finally {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    }
    const shown = BLOCKS.find(({ text }) => text.startsWith('Wrote a default config'))?.text ?? '';
    expect(withoutValues(shown)).toBe(withoutValues(printed));
  });

  it('names commands and options that there are', () => {
    const help = new Map<string, string>();
    for (const [, name = ''] of codeOf(README).matchAll(/secure-mcp-gateway ([a-z][a-z-]*(?: validate)?)/g)) {
      const { status, stdout } = run([...name.split(' '), '--help']);
      expect({ name, status }).toEqual({ name, status: 0 });
      help.set(name, stdout);
    }
    const table = README.split('\n').filter((line) => line.startsWith('| `secure-mcp-gateway '));
    expect(table).toHaveLength(4);
    for (const line of table) {
      const name = /secure-mcp-gateway ([a-z -]+)`/.exec(line)?.[1] ?? '';
      const text = help.get(name) ?? '';
      const named = [...line.matchAll(/`(--[a-z-]+)`/g)].map(([, option = '']) => option);
      const offered = [...text.slice(0, text.indexOf('Example')).matchAll(/ (--[a-z-]+)/g)].map(([, o = '']) => o);
      expect(named.filter((option) => !offered.includes(option))).toEqual([]);
      // The other way round: nothing that a command offers is left out.
      expect(offered.filter((option) => option !== '--help' && !named.includes(option))).toEqual([]);
    }
  });

  it('and of the other documents are scripts and files that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Json };
    const unknown = DOCUMENTS.flatMap((file) => {
      const code = codeOf(read(file));
      const names = [...code.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
      const files = [...code.matchAll(/node ((?:dist|scripts|bench|examples)\/\S+\.m?js)/g)].map(
        ([, name = '']) => name,
      );
      return [
        ...names.filter((name) => !(name in scripts)),
        ...files.filter((name) => !existsSync(join(ROOT, name))),
      ].map((name) => `${file}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });
});

/** Keys, paths and addresses differ from one start to the next. */
function withoutValues(text: string): string {
  return text
    .replace(/(echo server to ).*/, '$1PATH')
    .replace(/((?:gateway|admin) key {2,}).*/g, '$1KEY')
    .replace(/("apikey": ").*(")/, '$1KEY$2')
    .replace(/http:\/\/127\.0\.0\.1:[^/]+/g, 'http://127.0.0.1:PORT')
    .replace('; the port is in the ready line', '');
}

describe('the config snippets of README', () => {
  const servers = marked('config server');
  const parts = marked('config part');
  const variables: Record<string, string> = {};
  let path: string;
  let base: Json;

  beforeAll(() => {
    path = join(home, 'snippets.json');
    expect(run(['generate-config', '--no-echo-server', '--json', '--config', path]).status).toBe(0);
    base = JSON.parse(readFileSync(path, 'utf8')) as Json;
    for (const [, name = ''] of README.matchAll(/\$\{env:(\w+)\}/g)) variables[name] = 'value';
    for (const [, name = ''] of README.matchAll(/\$\{file:([\w.-]+)\}/g)) writeFileSync(join(home, name), 'value\n');
  });

  /** Writes the generated config with all parts and these servers in it, and has the command line judge it. */
  function judge(added: readonly Json[]): { readonly valid: boolean; readonly problems: unknown; warnings: unknown } {
    const config = parts.reduce<Json>(merge, structuredClone(base));
    const [list] = Object.values(config.mcp_configs as Record<string, { mcp_config: Json[] }>);
    list!.mcp_config.push(...added);
    writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
    const { stdout } = run(['config', 'validate', '--json', '--config', path], variables);
    return JSON.parse(stdout) as ReturnType<typeof judge>;
  }

  it('are all marked, so that none goes unchecked', () => {
    const configs = BLOCKS.filter(({ language, text }) => language === 'json' && /"server_name"|"plugins"/.test(text));
    expect(configs.filter(({ mark }) => !mark.startsWith('config '))).toEqual([]);
    expect(servers.length).toBeGreaterThanOrEqual(5);
    expect(parts.length).toBeGreaterThanOrEqual(1);
  });

  it.each(servers.map((server) => [String(server.server_name), server] as const))('%s is valid', (_name, server) => {
    expect(judge([server])).toMatchObject({ valid: true, problems: [], warnings: [] });
  });

  it('are valid together', () => {
    expect(judge(servers)).toMatchObject({ valid: true, problems: [], warnings: [] });
  });

  it('are really looked at: one with a misspelt key is refused by its path', () => {
    const verdict = judge([{ ...servers[0], server_nam: 'x' }]);
    expect(verdict.valid).toBe(false);
    expect(JSON.stringify(verdict.problems)).toContain('server_nam');
  });

  it('with guardrails do what the text below them says', async () => {
    const { server_name: name, config, ...extra } = servers.find((server) => 'input_guardrails_policy' in server)!;
    const { policies } = (parts[0] as { plugins: { guardrails: { config: { policies: Json } } } }).plugins.guardrails
      .config;
    const server = { name: String(name), config: config as Json, extra };
    const gateway = await TestGateway.start({ projects: [{ servers: [server] }], policies });
    try {
      const [, blocked = '', refusal = ''] = /A call with `(\{.*?\})` .*?\n`(Request blocked.*?)`/.exec(README) ?? [];
      const [, personal = ''] = /^Of `(\{.*?\})`|Of\n`(\{.*?\})`/m.exec(README)?.filter(Boolean) ?? [];
      const call = async (args: string) =>
        textOf(await callModern(gateway.url, gateway.key(), `${String(name)}__echo`, JSON.parse(args) as Json));
      expect(refusal).not.toBe('');
      expect(await call(blocked)).toBe(refusal);
      expect(await call(personal)).toBe((JSON.parse(personal) as { message: string }).message);
      const decisions = await eventually(
        () => gateway.audit().map(({ decision }) => decision),
        ({ length }) => length >= 2,
      );
      expect(decisions).toEqual(['blocked_input', 'redacted']);
    } finally {
      await gateway.stop();
    }
  });

  it('for clients name the command, the header and the variable that the gateway knows', () => {
    const http = marked('client http').map((config) => Object.values(config)[0] as Record<string, Json>);
    expect(http.length).toBeGreaterThanOrEqual(2);
    for (const servers of http) {
      const [entry] = Object.values(servers);
      expect(entry).toMatchObject({ url: 'http://127.0.0.1:8000/mcp', headers: { apikey: 'YOUR_GATEWAY_KEY' } });
    }
    const { bin } = JSON.parse(read('package.json')) as { bin: Json };
    const [config] = marked('client stdio') as { mcpServers: Record<string, Json> }[];
    const [entry] = Object.values(config!.mcpServers);
    expect(Object.keys(bin)).toContain(entry!.command);
    expect(run([...(entry!.args as string[]), '--help']).stdout).toContain(Object.keys(entry!.env as Json)[0]);
  });
});

/** Objects member by member; everything else is replaced. */
function merge(target: Json, part: Json): Json {
  for (const [key, value] of Object.entries(part)) {
    const known = target[key];
    target[key] = isPlainObject(known) && isPlainObject(value) ? merge(known, value) : value;
  }
  return target;
}

function isPlainObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

describe('the features of README', () => {
  const rows = [...README.matchAll(/^\| feature .*\n\|[ :|-]+\n((?:\|.*\n)+)/gm)].flatMap(([, body = '']) =>
    body.trimEnd().split('\n'),
  );

  it('each name a spec', () => {
    expect(rows.length).toBeGreaterThanOrEqual(15);
    expect(rows.filter((row) => !/<!-- test: \S+ -->/.test(row))).toEqual([]);
  });

  it('name specs that there are', () => {
    const specs = [...README.matchAll(/<!-- test: (\S+) -->/g)].map(([, spec = '']) => spec);
    expect(specs.length).toBeGreaterThan(rows.length);
    expect(specs.filter((spec) => !spec.endsWith('.spec.ts') || !existsSync(join(ROOT, spec)))).toEqual([]);
  });

  it('list every tool that the gateway offers by itself', async () => {
    const named = [...README.matchAll(/^\| `(enkrypt_\w+)`/gm)].map(([, name = '']) => name);
    const { META_TOOL_NAMES } = await import('../../src/mcp/meta-tools/definitions.js');
    expect(named.sort()).toEqual([...META_TOOL_NAMES].sort());
  });
});

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has links to places that there are', (file) => {
    const text = read(file).replace(/^```[^]*?^```$/gm, '');
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^https?:/.test(target) && !leadsSomewhere(file, target));
    expect(broken).toEqual([]);
  });
});

function leadsSomewhere(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (relative(ROOT, join(ROOT, file)).startsWith('..') || !existsSync(join(ROOT, file))) return false;
  return anchor === undefined || headingsOf(read(file)).includes(anchor);
}

/** Anchors as GitHub makes them. */
function headingsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
