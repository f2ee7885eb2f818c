import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Block, blocksOf, read } from '../support/documents.js';
import { CLI, ROOT } from '../support/gateway.js';
import { type JsonObject, merge } from '../support/json-merge.js';

jest.setTimeout(60_000);

/** docs/hooks.md has a test of its own, test/unit/hooks/hooks-doc.spec.ts. */
const FILES = [
  'README.md',
  'docs/configuration.md',
  'docs/operations.md',
  'docs/clients.md',
  'docs/guardrails.md',
  'examples/servers/README.md',
];
const BLOCKS = FILES.flatMap(blocksOf).filter(({ language }) => language === 'json');
const SERVERS = BLOCKS.filter(({ mark }) => mark === 'config server');
const PARTS = BLOCKS.filter(({ mark }) => mark === 'config part');

const objectOf = ({ text }: Block): JsonObject => JSON.parse(text) as JsonObject;
const nameOf = (block: Block): string => `${block.file}: ${String(objectOf(block).server_name)}`;

interface Verdict {
  readonly valid: boolean;
  readonly problems: unknown;
  readonly warnings: unknown;
}

let home: string;
let base: JsonObject;
/** The cache would be warned about without its key. */
const variables: Record<string, string> = { ENKRYPT_CACHE_KEY: 'k'.repeat(32) };

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'readme-'));
  const path = join(home, 'config.json');
  expect(run(['generate-config', '--no-echo-server', '--json', '--config', path]).status).toBe(0);
  base = JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
  const all = BLOCKS.map(({ text }) => text).join('\n');
  for (const [, name = ''] of all.matchAll(/\$\{env:(\w+)\}/g)) variables[name] = 'value';
  for (const [, name = ''] of all.matchAll(/\$\{file:([\w.-]+)\}/g)) writeFileSync(join(home, name), 'value\n');
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, HOME: home, ...environment };
  return spawnSync(process.execPath, [CLI, ...args], { env, cwd: ROOT, encoding: 'utf8', timeout: 20_000 });
}

/** Writes the generated config with all parts and these servers in it, and has the command line judge it. */
function judge(added: readonly JsonObject[], parts: readonly Block[] = PARTS): Verdict {
  const config = parts.map(objectOf).reduce(merge, structuredClone(base));
  const [list] = Object.values(config.mcp_configs as Record<string, { mcp_config: JsonObject[] }>);
  list!.mcp_config.push(...added);
  const path = join(home, 'snippets.json');
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const { stdout } = run(['config', 'validate', '--json', '--config', path], variables);
  return JSON.parse(stdout) as Verdict;
}

const GOOD = { valid: true, problems: [], warnings: [] };

describe('the JSON of the documents', () => {
  it('is all marked, so that none goes unchecked', () => {
    expect(BLOCKS.filter(({ mark }) => !/^(?:config (?:server|part)|client \w+|audit line)$/.test(mark))).toEqual([]);
    expect(SERVERS.length).toBeGreaterThanOrEqual(6);
    expect(PARTS.length).toBeGreaterThanOrEqual(3);
  });

  it.each(SERVERS.map((block) => [nameOf(block), block] as const))('%s is valid', (_name, block) => {
    expect(judge([objectOf(block)])).toMatchObject(GOOD);
  });

  it('is valid together', () => {
    expect(judge(SERVERS.map(objectOf))).toMatchObject(GOOD);
  });

  it('is really looked at: a misspelt key is refused by its path, and a policy that is not there by its place', () => {
    const misspelt = judge([{ ...objectOf(SERVERS[0]!), server_nam: 'x' }]);
    expect(misspelt.valid).toBe(false);
    expect(JSON.stringify(misspelt.problems)).toContain('server_nam');
    const guarded = SERVERS.map(objectOf).filter((server) => 'input_guardrails_policy' in server);
    expect(guarded.length).toBeGreaterThan(0);
    expect(JSON.stringify(judge(guarded, []).problems)).toContain('input_guardrails_policy.policy_name');
  });

  it('for clients names the command, the header and the variable that the gateway knows', () => {
    const entriesOf = (mark: string): JsonObject[] =>
      BLOCKS.filter((block) => block.mark === mark).map(
        (block) => Object.values(objectOf(block).mcpServers as JsonObject)[0] as JsonObject,
      );
    for (const entry of entriesOf('client http')) {
      expect(entry).toMatchObject({ url: 'http://127.0.0.1:8000/mcp', headers: { apikey: 'YOUR_GATEWAY_KEY' } });
    }
    const { bin } = JSON.parse(read('package.json')) as { bin: JsonObject };
    const stdio = entriesOf('client stdio');
    expect(stdio.length).toBeGreaterThanOrEqual(2);
    for (const { command, args, env } of stdio as { command: string; args: string[]; env: JsonObject }[]) {
      expect(command in bin || args[0]!.endsWith(Object.values(bin)[0] as string)).toBe(true);
      const help = run(['stdio', '--help']).stdout;
      for (const name of [...Object.keys(env), ...args.filter((arg) => arg.startsWith('--'))]) {
        expect(help).toContain(name);
      }
    }
  });
});
