import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { TestAuthority } from '../support/certificates.js';
import { buildConfig, CLI, eventually, type TestConfig } from '../support/gateway.js';
import { CHART, describeWithHelm, manifests } from '../support/kube.js';
import { RawSession } from '../support/raw-http.js';
import { echoServer } from '../support/upstreams.js';

interface Container {
  readonly args: readonly string[];
  readonly command: readonly string[];
}

interface PodSpec {
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}

function podOf(kind: string, values: string): PodSpec {
  const found = manifests('--values', values).find((each) => each.kind === kind);
  const { spec } = found as unknown as { spec: PodSpec & { template?: { spec: PodSpec } } };
  return spec.template?.spec ?? spec;
}

/** Runs a script of the chart as its container would. */
async function runScript(
  [program, ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ code: unknown; text: string }> {
  expect(program).toBe('node');
  const child = spawn(process.execPath, args, { env: { PATH: process.env.PATH, ...environment } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (text += part.toString()));
  return { code: await new Promise((resolve) => child.once('close', resolve)), text };
}

const folder = mkdtempSync(join(tmpdir(), 'chart-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describeWithHelm('the pod of the chart', () => {
  const mount = join(folder, 'config');
  const data = join(folder, 'data');
  let config: TestConfig;
  let gateway: ChildProcess;
  let stderr = '';
  let origin = '';

  /** As the kubelet changes a mounted Secret: a new folder, and one link that is replaced. */
  function mountConfig(version: string, json: object): void {
    mkdirSync(join(mount, version));
    writeFileSync(join(mount, version, 'config.json'), JSON.stringify(json), { mode: 0o640 });
    symlinkSync(version, join(mount, '..data.new'));
    renameSync(join(mount, '..data.new'), join(mount, '..data'));
  }

  beforeAll(async () => {
    mkdirSync(mount);
    mkdirSync(data);
    config = buildConfig({ projects: [{ servers: [echoServer('echo')] }] });
    mountConfig('..1', config.json);
    symlinkSync('..data/config.json', join(mount, 'config.json'));
    const { initContainers, containers } = podOf('Deployment', 'ci/minimal.yaml');
    // What `ln` of the init container does, in folders of the test.
    const [ln, flags, source = '', target = ''] = initContainers?.[0]?.command ?? [];
    expect([ln, flags]).toEqual(['ln', '-sfn']);
    const here = (path: string): string =>
      path.replace('/etc/secure-mcp-gateway/config', mount).replace('/app/.enkrypt/docker', data);
    symlinkSync(here(source), here(target));
    const args = containers[0]?.args.map((each) => each.replace(/^(--(?:admin-)?port)=\d+$/, '$1=0')) ?? [];
    gateway = spawn(process.execPath, [CLI, ...args], {
      env: { PATH: process.env.PATH, HOME: folder, ENKRYPT_CONFIG: here(target) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    gateway.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
    const url = await eventually(
      () => /^ready (\S+)$/m.exec(stderr)?.[1] ?? '',
      (found) => found !== '',
      20_000,
    );
    origin = new URL(url.replace('0.0.0.0', '127.0.0.1')).origin;
  });
  afterAll(() => {
    gateway.kill('SIGKILL');
  });

  it('is what `helm test` takes for a gateway that works', async () => {
    const [test] = podOf('Pod', 'ci/minimal.yaml').containers;
    expect(await runScript(test!.command, { GATEWAY_URL: origin })).toEqual({
      code: 0,
      text: '{"ready":200,"withoutKey":401,"admin":404}\n',
    });
    const { code } = await runScript(test!.command, { GATEWAY_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
  });

  it('follows a change of the mounted config', async () => {
    const key = config.keys[0]![0]!.key;
    const session = await RawSession.open(`${origin}/mcp`, key);
    expect(textOf(await session.call('echo__echo', { message: 'first' }))).toBe('first');
    const more = buildConfig({ projects: [{ servers: [echoServer('echo')] }] });
    mountConfig('..2', more.json);
    const other = await eventually(
      () => RawSession.open(`${origin}/mcp`, more.keys[0]![0]!.key).catch(() => null),
      (opened) => opened !== null,
    );
    expect(textOf(await other!.call('echo__echo', { message: 'second' }))).toBe('second');
    await expect(RawSession.open(`${origin}/mcp`, key)).rejects.toThrow();
  });
});

describe('the script that fetches the config', () => {
  const authority = TestAuthority.create();
  const script = join(CHART, 'files', 'fetch-config.mjs');
  const body = JSON.stringify({ canary: 'c4n4ry-of-the-config' });
  const asked: (string | undefined)[] = [];
  let server: https.Server;
  let url = '';

  beforeAll(async () => {
    const { cert, key } = authority.issue('store');
    server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (req, res) => {
      asked.push(req.headers.authorization);
      if (req.url?.startsWith('/moved') === true) res.writeHead(302, { location: '/config' }).end();
      else if (req.url?.startsWith('/missing') === true) res.writeHead(404).end(body);
      else res.writeHead(200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    authority.close();
  });

  const target = join(folder, 'fetched.json');
  const fetchConfig = (more: Readonly<Record<string, string>>): Promise<{ code: unknown; text: string }> =>
    runScript(['node', script], { CONFIG_TARGET: target, NODE_EXTRA_CA_CERTS: authority.files.cert, ...more });

  it('puts it where the gateway looks, for its user alone, and prints none of it', async () => {
    const token = join(folder, 'token');
    writeFileSync(token, 'bearer-of-the-test\n');
    const sha256 = createHash('sha256').update(body).digest('hex');
    const more = { CONFIG_URL: `${url}/config?signature=s1gn4ture`, CONFIG_TOKEN_FILE: token, CONFIG_SHA256: sha256 };
    expect(await fetchConfig(more)).toEqual({ code: 0, text: 'The config was fetched.\n' });
    expect(readFileSync(target, 'utf8')).toBe(body);
    expect(statSync(target).mode & 0o777).toBe(0o600);
    expect(asked).toContain('Bearer bearer-of-the-test');
  });

  it.each<[string, (base: string) => Record<string, string>, string]>([
    [
      'another file than was meant',
      (base) => ({ CONFIG_URL: base, CONFIG_SHA256: 'ab'.repeat(32) }),
      'its SHA-256 is another one',
    ],
    ['a refusal', (base) => ({ CONFIG_URL: `${base}/missing?signature=s1gn4ture` }), 'the answer was 404'],
    ['a redirect', (base) => ({ CONFIG_URL: `${base}/moved` }), 'not fetched'],
    ['plain HTTP', (base) => ({ CONFIG_URL: base.replace('https', 'http') }), 'its URL is not https'],
    ['what is no URL', () => ({ CONFIG_URL: 's1gn4ture' }), 'its URL is not https'],
    ['a server that is not who it says', (base) => ({ CONFIG_URL: base, NODE_EXTRA_CA_CERTS: '' }), 'not fetched'],
  ])('takes nothing from %s, and shows neither it nor the URL', async (_what, more, words) => {
    rmSync(target, { force: true });
    const { code, text } = await fetchConfig(more(url));
    expect([code, text]).toEqual([1, expect.stringContaining(words)]);
    expect(text).not.toMatch(/c4n4ry|s1gn4ture|bearer-of/);
    expect(() => statSync(target)).toThrow('ENOENT');
  });
});
