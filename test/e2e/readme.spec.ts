import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildProgram } from '../../src/cli/program.js';
import { META_TOOL_NAMES } from '../../src/mcp/meta-tools/definitions.js';
import { blocksOf, brokenLinks, codeOf, DOCUMENTS, read } from '../support/documents.js';
import { CLI, ROOT } from '../support/gateway.js';

const README = read('README.md');
const { scripts, bin } = JSON.parse(read('package.json')) as Record<'scripts' | 'bin', Record<string, string>>;

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'readme-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

/** The words of every command that does something itself, and its options; hidden ones are left out. */
function commands(
  command = buildProgram({ stdout: () => undefined, stderr: () => undefined }, { code: 0 }),
): Map<string, readonly string[]> {
  const parts = command
    .createHelp()
    .visibleCommands(command)
    .filter((one) => one.name() !== 'help');
  if (parts.length === 0) {
    return new Map([[command.name(), command.options.map(({ long }) => long ?? '')]]);
  }
  const prefix = command.parent === null ? '' : `${command.name()} `;
  return new Map(
    parts.flatMap((one) => [...commands(one)].map(([name, options]) => [`${prefix}${name}`, options] as const)),
  );
}

/** Groups with a command for every step of a life; docs/cli.md lists those. A row may stand for a whole group. */
const ADMINISTRATION: ReadonlySet<string> = new Set(['config', 'project', 'user', 'system', 'limits', 'admin-key']);
const OF_THE_FILE: ReadonlySet<string> = new Set(['config validate', 'config migrate', 'config hash-keys']);
const isAdministration = (name: string): boolean =>
  ADMINISTRATION.has(name.split(' ')[0] ?? '') && !OF_THE_FILE.has(name);

describe('the commands of the documents', () => {
  it.each(['npm ci && npm start', 'npm ci && npm run demo', 'npm ci && npm test'])(
    'have a block of nothing but: %s',
    (command) => {
      const blocks = blocksOf('README.md').filter(({ language, text }) => language === 'sh' && text === `${command}\n`);
      expect(blocks).toHaveLength(1);
    },
  );

  it('has scripts behind npm that there are', () => {
    for (const [name, file] of [
      ['start', 'scripts/start.mjs'],
      ['test', 'scripts/test.mjs'],
      ['demo', 'scripts/demo.mjs'],
    ] as const) {
      expect(scripts[name]).toContain(`node ${file}`);
      expect(existsSync(join(ROOT, file))).toBe(true);
    }
    expect(Object.keys(bin)).toEqual(['secure-mcp-gateway']);
  });

  it('have a row for every command but those of the administration, in the order of the help, with options that there are', () => {
    const all = commands();
    expect(all.size).toBeGreaterThanOrEqual(16);
    const nameOf = (row: string): string => /secure-mcp-gateway ([a-z -]+)`/.exec(row)?.[1] ?? '';
    const rows = README.split('\n')
      .filter((line) => line.startsWith('| `secure-mcp-gateway '))
      .filter((row) => !ADMINISTRATION.has(nameOf(row)));
    expect(rows.map(nameOf)).toEqual([...all.keys()].filter((name) => !isAdministration(name)));
    for (const row of rows) {
      const named = [...row.matchAll(/`(--[a-z-]+)`/g)].map(([, option = '']) => option);
      expect(named.filter((option) => !all.get(nameOf(row))?.includes(option))).toEqual([]);
    }
  });

  it('are known to the built program, wherever a document names one', () => {
    const all = [...commands().keys()];
    const groups = all.map((name) => name.split(' ')[0]);
    const unknown = DOCUMENTS.flatMap((file) =>
      [...codeOf(file).matchAll(/secure-mcp-gateway ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)]
        .filter(([, one = '', two = '']) => !all.includes(one) && !all.includes(`${one} ${two}`))
        // `config` alone names the group; prose in code blocks of help texts goes on behind it.
        .filter(([, one = '', two = '']) => !(groups.includes(one) && two === ''))
        .map(([text]) => `${file}: ${text}`),
    );
    expect(unknown.filter((line) => !line.startsWith('docs/cli.md'))).toEqual([]);
    const { status, stdout } = spawnSync(process.execPath, [CLI, '--help'], {
      env: { PATH: process.env.PATH, HOME: home },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(status).toBe(0);
    for (const name of groups) expect(stdout).toMatch(new RegExp(`^ {2}${name ?? ''}\\b`, 'm'));
  });

  it('are scripts and files that there are', () => {
    const unknown = DOCUMENTS.flatMap((file) => {
      const code = codeOf(file);
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

describe('the features of README', () => {
  const rows = [...README.matchAll(/^\| (?:feature|command) .*\n\|[ :|-]+\n((?:\|.*\n)+)/gm)].flatMap(([, body = '']) =>
    body.trimEnd().split('\n'),
  );

  it('each name a spec', () => {
    expect(rows.length).toBeGreaterThanOrEqual(40);
    expect(rows.filter((row) => !/<!-- test: \S+ -->/.test(row))).toEqual([]);
  });

  it('name specs that there are', () => {
    const specs = DOCUMENTS.flatMap((file) => [...read(file).matchAll(/<!-- test: (\S+) -->/g)]);
    expect(specs.length).toBeGreaterThan(rows.length);
    const missing = specs.map(([, spec = '']) => spec).filter((spec) => !spec.endsWith('.spec.ts') || !isFile(spec));
    expect(missing).toEqual([]);
  });

  it('list every tool that the gateway offers by itself', () => {
    const named = [...README.matchAll(/^\| `(enkrypt_\w+)`/gm)].map(([, name = '']) => name);
    expect(named.sort()).toEqual([...META_TOOL_NAMES].sort());
  });
});

function isFile(path: string): boolean {
  return existsSync(join(ROOT, path));
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has links to places that there are', (file) => {
    expect(brokenLinks(file)).toEqual([]);
  });
});
