import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

/** File below src, with `/` between folders -> its text. */
type Sources = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** A file below src, or a package name as written. */
  readonly to: string;
  readonly names: string;
  readonly typeOnly: boolean;
}

const SRC = resolve(import.meta.dirname, '..', '..', 'src');

/** Lowest first. A folder may import from itself and from what stands before it. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors.ts', 'strict-json.ts', 'linear-pattern.ts', 'glob.ts'],
  ['safe-fetch.ts'],
  ['contracts'],
  ['telemetry'],
  ['config'],
  ['cache'],
  ['limits'],
  ['guardrails', 'oauth'],
  ['hooks'],
  ['mcp'],
  ['admin'],
  ['health'],
  ['gateway-http-adapter.ts', 'app.module.ts', 'main.ts'],
  ['cli'],
];
const STRANGERS = ['guardrails', 'oauth'];

function readSources(): Sources {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.map((file) => [file.replaceAll('\\', '/'), readFileSync(join(SRC, file), 'utf8')]));
}

/** The text without comments; strings stay. Enough for sources that prettier has formatted. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}

function importsOf(sources: Sources): Import[] {
  const found: Import[] = [];
  for (const [file, text] of sources) {
    const statements = code(text).matchAll(
      /(?:^|\n)(?:import|export)\s+(type\s+)?(?:([\w$*{},\s]+?)\s+from\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g,
    );
    for (const [, type, names = '', fixed, lazy] of statements) {
      const target = fixed ?? lazy ?? '';
      const to = target.startsWith('.')
        ? relative(SRC, join(SRC, dirname(file), target))
            .replaceAll('\\', '/')
            .replace(/\.js$/, '.ts')
        : target;
      const list = /\{([\s\S]*)\}/.exec(names)?.[1]?.split(',') ?? [''];
      const typeOnly =
        type !== undefined || list.every((name) => /^\s*(type\s|$)/.test(name) && list.join('').trim() !== '');
      found.push({ from: file, to, names, typeOnly });
    }
  }
  return found;
}

function partOf(file: string): string {
  return file.split('/')[0] ?? file;
}

function rankOf(file: string): number {
  return LAYERS.findIndex((parts) => parts.includes(partOf(file)));
}

function inside(sources: Sources, { to }: Import): boolean {
  return sources.has(to);
}

/** Every import that goes up, or between the two that do not know each other. */
function layerBreaches(sources: Sources): string[] {
  return importsOf(sources)
    .filter((each) => inside(sources, each))
    .filter(({ from, to }) => {
      if (partOf(from) === partOf(to)) return false;
      if (STRANGERS.includes(partOf(from)) && STRANGERS.includes(partOf(to))) return true;
      return rankOf(to) > rankOf(from);
    })
    .map(({ from, to }) => `${from} -> ${to}`);
}

/** Relative imports of files that do not exist: without this, a typo would hide an edge from the rules above. */
function dangling(sources: Sources): string[] {
  return importsOf(sources)
    .filter((each) => !inside(sources, each) && /\.(ts|js)$/.test(each.to))
    .filter(({ to }) => to !== 'ipaddr.js' && (!/^@?[a-z][^.]*\/.*\.js$/.test(to) || to.startsWith('..')))
    .map(({ from, to }) => `${from} -> ${to}`);
}

/** Import cycles between files, types left out: they are gone at run time. */
function cycles(sources: Sources): string[] {
  const edges = new Map<string, string[]>();
  for (const each of importsOf(sources)) {
    if (!each.typeOnly && inside(sources, each)) edges.set(each.from, [...(edges.get(each.from) ?? []), each.to]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      found.push([...path.slice(path.indexOf(file)), file].join(' -> '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources.keys()) visit(file, []);
  return found;
}

/** Files and packages that are loaded with a file. */
function reachableFrom(sources: Sources, file: string): string[] {
  const imports = importsOf(sources).filter((each) => !each.typeOnly);
  const reached = new Set([file]);
  for (const at of reached) for (const { from, to } of imports) if (from === at) reached.add(to);
  return [...reached];
}

/** `file: line` of every match in code (not in comments) of files that are not exempt. */
function uses(sources: Sources, pattern: RegExp, exempt: (file: string) => boolean = () => false): string[] {
  const found: string[] = [];
  for (const [file, text] of sources) {
    if (exempt(file)) continue;
    for (const line of code(text).split('\n')) if (pattern.test(line)) found.push(`${file}: ${line.trim()}`);
  }
  return found;
}

/** Files that import one of these names, under whatever alias. */
function importersOf(sources: Sources, name: string): string[] {
  const whole = new RegExp(`(?<![\\w$])${name}(?![\\w$])`);
  return importsOf(sources)
    .filter(({ names }) => whole.test(names))
    .map(({ from }) => from);
}

const SOURCES = readSources();
const BAD: Sources = new Map([
  ['errors.ts', "import { a } from './mcp/router.js';\nprocess.env.X; // eslint-disable-line\n"],
  ['guardrails/engine.ts', "import type { A } from '../oauth/oauth.module.js';\n"],
  ['oauth/oauth.module.ts', "const lazy = await import('../guardrails/engine.js');\n"],
  ['mcp/router.ts', "import { sealCall as s } from '../contracts/mcp-call.js';\nimport { b } from './relay.js';\n"],
  ['mcp/relay.ts', "import { c, type D } from './router.js';\n// process.env in a comment\n"],
  [
    'contracts/mcp-call.ts',
    "import {\n  a,\n  b,\n} from '../cli/main.js';\nexport * from '../telemetry/logger.js';\n",
  ],
  ['telemetry/logger.ts', "import { x } from './missing.js';\n"],
  ['cli/main.ts', ''],
]);

describe('the architecture checks themselves', () => {
  it('have seen the whole source tree', () => {
    expect(SOURCES.size).toBeGreaterThan(50);
    for (const parts of LAYERS) {
      for (const part of parts) expect([...SOURCES.keys()].some((file) => partOf(file) === part)).toBe(true);
    }
    expect(importsOf(SOURCES).filter((each) => inside(SOURCES, each)).length).toBeGreaterThan(200);
  });

  it('find planted breaches', () => {
    expect(layerBreaches(BAD)).toEqual([
      'errors.ts -> mcp/router.ts',
      'guardrails/engine.ts -> oauth/oauth.module.ts',
      'oauth/oauth.module.ts -> guardrails/engine.ts',
      'contracts/mcp-call.ts -> cli/main.ts',
      'contracts/mcp-call.ts -> telemetry/logger.ts',
    ]);
    expect(cycles(BAD)).toEqual(['mcp/router.ts -> mcp/relay.ts -> mcp/router.ts']);
    expect(dangling(BAD)).toEqual(['telemetry/logger.ts -> telemetry/missing.ts']);
    expect(importersOf(BAD, 'sealCall')).toEqual(['mcp/router.ts']);
    expect(uses(BAD, /process\.env/)).toEqual(['errors.ts: process.env.X;']);
  });
});

describe('the layers', () => {
  it('name every file: a new top-level folder needs its place here', () => {
    expect([...SOURCES.keys()].filter((file) => rankOf(file) < 0)).toEqual([]);
  });

  it('are one-way, and guardrails and oauth do not know each other', () => {
    expect(layerBreaches(SOURCES)).toEqual([]);
  });

  it('have no cycles between files', () => {
    expect(cycles(SOURCES)).toEqual([]);
  });

  it('keep the hook command, which starts for every event of a client, clear of Nest, the log and the MCP part', () => {
    const reached = reachableFrom(SOURCES, 'cli/hook.ts');
    expect(reached).toContain('guardrails/engine.ts');
    expect(reached.filter((each) => /^mcp\/|^@nestjs|^undici|^pino|^@opentelemetry|^rxjs/.test(each))).toEqual([]);
  });

  it('leave no import that leads nowhere', () => {
    expect(dangling(SOURCES)).toEqual([]);
  });

  it('keep the maintenance line of the SDK out of the gateway', () => {
    expect(importsOf(SOURCES).filter(({ to }) => to.startsWith('@modelcontextprotocol/sdk'))).toEqual([]);
  });

  it('have no barrels', () => {
    expect([...SOURCES.keys()].filter((file) => file.endsWith('index.ts'))).toEqual([]);
    expect(uses(SOURCES, /^\s*export\s*\*/)).toEqual([]);
  });
});

describe('the seal', () => {
  it.each([['sealCall'], ['sealProvisionally'], ['confirmSeal'], ['sealReply'], ['inspectReply']])(
    '%s is in the hands of the guardrails alone',
    (name) => {
      const importers = importersOf(SOURCES, name);
      expect(importers.length).toBeGreaterThan(0);
      expect(importers.filter((file) => !file.startsWith('guardrails/'))).toEqual([]);
    },
  );

  it('is taken by the proxy and by nobody else', () => {
    expect(importersOf(SOURCES, 'takeCallSeal')).toEqual(['mcp/proxy.service.ts']);
  });

  it('cannot be reached through a namespace or a lazy import of the contracts', () => {
    const whole = importsOf(SOURCES).filter(
      ({ to, names }) => /^contracts\/mcp-(call|reply)\.ts$/.test(to) && !names.includes('{'),
    );
    expect(whole).toEqual([]);
  });

  it('guards the only way to an upstream: the proxy; lists and the question after a timeout send nothing of a client', () => {
    const users = importersOf(SOURCES, 'UpstreamPool').filter((file) => !file.startsWith('mcp/upstream/'));
    expect(users.sort()).toEqual([
      'app.module.ts',
      'mcp/catalog/catalog.service.ts',
      'mcp/catalog/discovery-run.service.ts',
      'mcp/deadlines/settlement.ts',
      'mcp/mcp-lifecycle.ts',
      'mcp/mcp.module.ts',
      'mcp/proxy.service.ts',
      // Severities and that roots have changed, and no text of a client.
      'mcp/reverse/logging.method.ts',
      'mcp/reverse/reverse-notices.service.ts',
      // URIs that a client was let through with before.
      'mcp/reverse/subscription-links.service.ts',
    ]);
    expect(uses(SOURCES, /'tools\/call'/, (file) => !file.startsWith('mcp/catalog/'))).toEqual([]);
  });

  it('stands on class providers: Nest skips interceptors of anything else without a word', () => {
    const module = code(SOURCES.get('mcp/mcp.module.ts') ?? '');
    const providers = /providers: \[([\s\S]*?)\n\s{6}\]/.exec(module)?.[1] ?? '';
    expect(providers.split(',').map((entry) => entry.trim())).toContain('ProxyService');
    expect(uses(SOURCES, /provide: (ProxyService|\w*GuardrailInterceptor|PrincipalGuard)\b/)).toEqual([]);
    expect(uses(SOURCES, /new (ProxyService|\w*GuardrailInterceptor)\(/)).toEqual([]);
  });

  it('is asked for where the call is made', () => {
    const proxy = code(SOURCES.get('mcp/proxy.service.ts') ?? '');
    expect(proxy).toMatch(
      /@UseGuards\(PrincipalGuard\)\s+@UseInterceptors\(InputGuardrailInterceptor, OutputGuardrailInterceptor\)\s+async call\(/,
    );
    expect(proxy).toMatch(/async call\(call: McpCall\): Promise<McpReply> \{\s+(const \w+ = )?takeCallSeal\(call\);/);
  });
});

describe('the source text', () => {
  it.each<[string, RegExp]>([
    ['forwardRef', /\bforwardRef\b/],
    ['@Global', /@Global\b/],
    ['@Res', /@Res\(/],
    ['a bare fetch', /(?<![\w.])fetch\(/],
    ['console', /(?<!["'`])\bconsole\./],
    ['matching on message text', /\.message\.(includes|match|startsWith|indexOf)\(/],
    ['any', /(:|as|<)\s*any\b(?!\w)/],
    ['eval', /\beval\(|new Function\(/],
  ])('has no %s', (_what, pattern) => {
    expect(uses(SOURCES, pattern)).toEqual([]);
  });

  it('reads the environment in config, cli and main.ts only', () => {
    const allowed = (file: string): boolean => /^(config|cli)\/|^main\.ts$/.test(file);
    expect(uses(SOURCES, /process\s*(\?\.|\.)\s*env\b|process\[|\benv\b[^=]*\}\s*=\s*process\b/, allowed)).toEqual([]);
  });

  it.each([['eslint-disable'], ['@ts-ignore'], ['@ts-expect-error'], ['@ts-nocheck'], ['TODO'], ['FIXME'], ['XXX']])(
    'has no %s, in comments neither',
    (word) => {
      expect([...SOURCES].filter(([, text]) => text.includes(word)).map(([file]) => file)).toEqual([]);
    },
  );

  it('has files of at most 300 lines with kebab-case names', () => {
    const long = [...SOURCES].filter(([, text]) => text.split('\n').length > 301).map(([file]) => file);
    expect(long).toEqual([]);
    const names = [...SOURCES.keys()].flatMap((file) => file.split('/'));
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*$/.test(name))).toEqual([]);
    expect(names.filter((name) => /\b(utils?|helpers?|manager|impl|base)\b/.test(name))).toEqual([]);
  });
});
