import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { GatewayErrorCode } from '../../../src/errors.js';
import { surfaceOf } from '../../../src/mcp/error-map.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const PAGES = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);

/** The text without code, where brackets are no links. */
function prose(file: string): string {
  return read(file)
    .replace(/^```[\s\S]*?^```/gm, '')
    .replace(/`[^`\n]*`/g, 'code');
}

interface Link {
  /** From the root. */
  readonly file: string;
  readonly anchor: string;
}

function linksOf(page: string): Link[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', anchor = ''] = target.split('#');
      return { file: path === '' ? page : relative(ROOT, resolve(ROOT, dirname(page), path)), anchor };
    });
}

/** As forges make them of headings. */
function anchorsOf(file: string): Set<string> {
  const headings = [
    ...read(file)
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/^#{1,6} (.+)$/gm),
  ];
  return new Set(
    headings.map(([, heading = '']) =>
      heading
        .trim()
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

describe.each([...PAGES, 'README.md', 'SECURITY.md', 'CHANGELOG.md'])('%s', (page) => {
  it('links only to what there is', () => {
    const missing = linksOf(page).filter(
      ({ file, anchor }) =>
        !existsSync(join(ROOT, file)) || (anchor !== '' && file.endsWith('.md') && !anchorsOf(file).has(anchor)),
    );
    expect(missing).toEqual([]);
  });
});

describe('docs/index.md', () => {
  it('leads to every page', () => {
    const linked = new Set(linksOf('docs/index.md').map(({ file }) => file));
    const missing = PAGES.filter(
      (page) => page !== 'docs/index.md' && !page.startsWith('docs/adr/') && !linked.has(page),
    );
    expect(missing).toEqual([]);
    expect(linked).toContain('docs/adr');
  });
});

describe('docs/troubleshooting.md', () => {
  const rows = [
    ...read('docs/troubleshooting.md').matchAll(/^\| `([a-z_]+)` +\| (-\d+) +\| `([A-Z_0-9]+)` +\| (\d+)/gm),
  ];

  it('has every code of src/errors.ts once', () => {
    const [, union = ''] = /type GatewayErrorCode =([\s\S]*?);\n/.exec(read('src/errors.ts')) ?? [];
    const codes = [...union.matchAll(/\| '([a-z_]+)'/g)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(30);
    expect(rows.map(([, code]) => code).sort()).toEqual(codes.sort());
  });

  it('says of each what clients get', () => {
    const said = rows.map(([, code, rpc, envelope, http]) => ({
      code,
      rpc: Number(rpc),
      envelope,
      http: Number(http),
    }));
    const real = said.map(({ code }) => {
      const { rpc, envelope, http } = surfaceOf(code as GatewayErrorCode);
      return { code, rpc, envelope, http };
    });
    expect(said).toEqual(real);
  });

  it('names commands that there are', () => {
    const commands = read('docs/cli.md');
    const named = read('docs/troubleshooting.md').matchAll(
      /`((?:config|server|guardrails|user) [a-z-]+|doctor|scan)(?: [^`]*)?`/g,
    );
    const all = [...named].map(([, command]) => command);
    expect(all.length).toBeGreaterThan(8);
    expect(all.filter((command) => !commands.includes(`### secure-mcp-gateway ${command!}\n`))).toEqual([]);
  });
});
