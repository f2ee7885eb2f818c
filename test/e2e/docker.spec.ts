import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { copies, execForm, type Instruction, INSTRUCTIONS, lineage, STAGES } from '../support/dockerfile.js';
import { ROOT, TestGateway } from '../support/gateway.js';

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const ALL = INSTRUCTIONS;
/** What a build without a target makes. */
const RUNTIME = lineage(STAGES.at(-1)?.name ?? '');
const FULL = lineage('full');

function only(name: string, from: readonly Instruction[] = RUNTIME): string {
  const found = from.filter((each) => each.name === name);
  expect([name, found.length]).toEqual([name, 1]);
  return found[0]?.text ?? '';
}

function argument(name: string): string | undefined {
  return ALL.find((each) => each.name === 'ARG' && each.text.startsWith(`${name}=`))?.text.slice(name.length + 1);
}

describe('the Dockerfile', () => {
  it('builds on bases that can be replaced, with versions that are pinned, and ends with the small image', () => {
    const pinned: readonly [string, RegExp][] = [
      ['NODE_IMAGE', /^node:\d+-bookworm-slim$/],
      ['DEBIAN_IMAGE', /^debian:bookworm-slim$/],
      ['UV_IMAGE', /^\S+\/uv:\d+\.\d+\.\d+$/],
    ];
    expect(ALL.slice(0, pinned.length)).toEqual(
      pinned.map(([name, value]) => ({
        name: 'ARG',
        text: expect.stringMatching(new RegExp(`^${name}=${value.source.slice(1)}`)),
      })),
    );
    expect(STAGES.map(({ name, base }) => [name, base])).toEqual([
      ['build', '${NODE_IMAGE}'],
      ['uv', '${UV_IMAGE}'],
      ['runtime', '${DEBIAN_IMAGE}'],
      ['full', 'runtime'],
      ['gateway', 'runtime'],
    ]);
    expect(STAGES.at(-1)?.instructions).toEqual([]);
    expect(read('Dockerfile')).not.toMatch(/:latest\b/);
  });

  it('copies from stages that are made before, and from the build only what the package has', () => {
    const names = STAGES.map(({ name }) => name);
    for (const [index, { instructions }] of STAGES.entries()) {
      const from = copies(instructions).flatMap((copy) => copy.from ?? []);
      expect(from.filter((each) => !names.slice(0, index).includes(each))).toEqual([]);
    }
    const { files } = JSON.parse(read('package.json')) as { files: string[] };
    const built = copies(RUNTIME).filter(({ from, target }) => from === 'build' && target.startsWith('dist'));
    expect(built.map(({ target }) => target).sort()).toEqual(files.filter((file) => file.startsWith('dist/')).sort());
    expect(built.map(({ sources }) => sources)).toEqual(built.map(({ target }) => [`/build/${target}`]));
  });

  it('has npx and uvx in the target that is named for them, and nothing to install with in the other', () => {
    const tools = /\b(npm|npx|uvx?|pip|python3|git|yarn|corepack)\b/;
    const texts = RUNTIME.filter(({ name }) => name === 'COPY' || name === 'RUN').map(({ text }) => text);
    expect(texts.filter((text) => tools.test(text))).toEqual([]);
    const more = FULL.slice(RUNTIME.length);
    for (const tool of ['/usr/local/bin/npx', '/uvx', 'python3']) {
      expect([tool, more.some(({ text }) => text.includes(tool))]).toEqual([tool, true]);
    }
    expect(more.at(-1)).toEqual({ name: 'USER', text: '1000:1000' });
    expect(more.filter(({ name }) => name === 'ENTRYPOINT' || name === 'CMD')).toEqual([]);
  });

  it('knows every instruction that it uses, and none that needs more than a plain builder', () => {
    const known = 'ARG FROM WORKDIR COPY RUN ENV USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD LABEL VOLUME'.split(
      ' ',
    );
    expect(ALL.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
    expect(ALL.filter(({ name, text }) => name === 'RUN' && text.includes('--mount'))).toEqual([]);
  });

  it('installs from the lock file and runs no script of a package', () => {
    const runs = ALL.filter(({ name }) => name === 'RUN').map(({ text }) => text);
    expect(runs.filter((text) => text.includes('"ci", "--ignore-scripts"'))).toHaveLength(1);
    expect(runs.filter((text) => /npm (install|i) |npx /.test(text))).toEqual([]);
    for (const text of runs.filter((each) => each.includes('npm prune'))) expect(text).toContain('--ignore-scripts');
  });

  it('leaves the compiler, the sources and the tests behind', () => {
    expect(ALL.filter(({ text }) => text.includes('npm prune --omit=dev'))).toHaveLength(1);
    const copied = RUNTIME.filter(({ name }) => name === 'COPY').map(({ text }) => text);
    expect(copied.filter((text) => /\b(src|test|scripts|bench)\b|^\. /.test(text))).toEqual([]);
    expect(RUNTIME.filter(({ text }) => /npm |gcc|build-essential/.test(text))).toEqual([]);
  });

  it('ends as a user that is not root, by number, so that an orchestrator can tell', () => {
    expect(only('USER')).toBe('1000:1000');
    const place = RUNTIME.findIndex(({ name }) => name === 'USER');
    expect(RUNTIME.slice(place).filter(({ name }) => name === 'RUN' || name === 'COPY')).toEqual([]);
  });

  it('keeps secrets out: none in its variables, and nothing in the build context but what is copied', () => {
    const variables = ALL.filter(({ name }) => name === 'ENV' || name === 'ARG').map(({ text }) => text);
    expect(variables.filter((text) => /(KEY|TOKEN|SECRET|PASSWORD)=/i.test(text))).toEqual([]);
    const [everything, ...letIn] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(everything).toBe('*');
    expect(letIn.filter((line) => !line.startsWith('!'))).toEqual([]);
    const context = letIn.map((line) => line.slice(1));
    const sources = copies(ALL).flatMap(({ from, sources: each }) => (from === null ? each : []));
    expect(sources.filter((source) => !existsSync(join(ROOT, source)))).toEqual([]);
    expect([...new Set(sources)].sort()).toEqual(context.sort());
  });

  it('puts the config where the reference has it, in a folder that survives the container and belongs to the user', () => {
    const path = /CONTAINER_PATH = `([^$]*)\$\{FILE_NAME\}`/.exec(read('src/config/locate.ts'))?.[1] ?? 'none';
    expect(path).toBe('/app/.enkrypt/docker/');
    expect(only('ENV')).toContain(`ENKRYPT_CONFIG=${path}enkrypt_mcp_config.json`);
    expect(execForm(only('VOLUME'))).toEqual([path.slice(0, -1)]);
    expect(RUNTIME.some(({ name, text }) => name === 'RUN' && text.includes('chown -R 1000:1000 /app/.enkrypt'))).toBe(
      true,
    );
  });

  it('says of itself what package.json says', () => {
    const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };
    expect(argument('VERSION')).toBe(version);
    expect(only('LABEL')).toContain(`org.opencontainers.image.licenses="${license}"`);
    expect(only('LABEL')).toContain('org.opencontainers.image.revision="${SOURCE_COMMIT}"');
  });
});

describe('what the image runs', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await TestGateway.start({ projects: [{ servers: [] }] });
  });
  afterAll(() => gateway.stop());

  it('is the command line behind an init, without a shell, and stops with the signal that the gateway knows', () => {
    const [init, subreaper, separator, node, script = ''] = execForm(only('ENTRYPOINT'));
    expect([init, subreaper, separator, node]).toEqual(['tini', '-s', '--', 'node']);
    expect(existsSync(join(ROOT, script.replace('/app/', '')))).toBe(true);
    expect(only('STOPSIGNAL')).toBe('SIGTERM');
  });

  it('starts with options that there are, on all addresses and on the port that is exposed', () => {
    const args = execForm(only('CMD'));
    const script = execForm(only('ENTRYPOINT')).at(-1)?.replace('/app/', '') ?? '';
    const help = spawnSync(process.execPath, [join(ROOT, script), ...args, '--help'], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([help.status, args]).toEqual([0, ['start', '--host', '0.0.0.0']]);
    expect(help.stdout).toContain(`(default: ${only('EXPOSE')})`);
  });

  it('is healthy while it answers, and not when nothing does', () => {
    const text = only('HEALTHCHECK');
    const [program, ...args] = execForm(text.slice(text.indexOf('CMD ') + 4));
    expect([program, text.includes(`127.0.0.1:${only('EXPOSE')}/`)]).toEqual(['node', true]);
    const check = (port: string): number | null =>
      spawnSync(
        process.execPath,
        args.map((each) => each.replace(':8000/', `:${port}/`)),
        { timeout: 20_000 },
      ).status;
    expect(check(new URL(gateway.url).port)).toBe(0);
    expect(check('1')).toBe(1);
  });
});
