import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually } from '../support/gateway.js';
import { firstProcess, ImageRoot, noContainers } from '../support/image-root.js';
import { RawSession, send } from '../support/raw-http.js';

jest.setTimeout(60_000);
const reason = process.env.CI === undefined ? noContainers() : null;
/** In CI a machine that cannot do it fails. */
const describeInImage = reason === null ? describe : describe.skip;

describeInImage('the files of the image, read-only and run as its user', () => {
  let image: ImageRoot;
  let gatewayKey = '';
  let gateway: ChildProcess | undefined;
  let url = '';
  let stderr = '';

  beforeAll(async () => {
    image = new ImageRoot('gateway');
    const made = await image.run(['generate-config']);
    expect(made.code).toBe(0);
    gatewayKey = /gateway key +(\S+)/.exec(made.text)?.[1] ?? '';
    const child = image.start([...image.command, '--port', '0']);
    gateway = child;
    child.stderr?.on('data', (part: Buffer) => (stderr += part.toString()));
    url = await eventually(
      () => /^ready (\S+)$/m.exec(stderr)?.[1]?.replace('0.0.0.0', '127.0.0.1') ?? '',
      (found) => found !== '' || child.exitCode !== null,
      30_000,
    );
    expect([url !== '', stderr]).toEqual([true, expect.any(String)]);
  }, 120_000);
  afterAll(() => {
    gateway?.kill('SIGKILL');
    image.remove();
  });

  it('hold nothing to build or install with', () => {
    const absent = ['bin/sh', 'usr/bin/apt-get', 'usr/local/lib/node_modules', 'app/src', 'app/test', 'app/scripts'];
    const tools = ['typescript', 'jest', 'rollup', '@nestjs/cli', 'eslint'].map((name) => `app/node_modules/${name}`);
    expect([...absent, ...tools].filter((path) => image.has(path))).toEqual([]);
    expect(image.has('app/node_modules/pino')).toBe(true);
  });

  it('cannot be written to by what runs in them, which is user 1000 without privileges', async () => {
    const script = `
      const fs = require('fs');
      const codes = ['/app/x', '/x', '/etc/x', '/app/dist/x'].map((file) => {
        try { fs.writeFileSync(file, ''); return 'written'; } catch (error) { return error.code; }
      });
      const status = fs.readFileSync('/proc/self/status', 'utf8');
      const field = (name) => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
      fs.writeFileSync('/tmp/x', '');
      console.log(JSON.stringify({ codes, uid: process.getuid(), gid: process.getgid(), caps: field('CapEff'), nnp: field('NoNewPrivs') }));`;
    const { text } = await image.run(['-e', script], ['tini', '-s', '--', 'node']);
    expect(JSON.parse(text)).toEqual({
      codes: ['EROFS', 'EROFS', 'EROFS', 'EROFS'],
      uid: 1000,
      gid: 1000,
      caps: '0000000000000000',
      nnp: '1',
    });
  });

  it('serve: ready, healthy by the check of the image, and a call to a local server goes through', async () => {
    expect((await send(`${new URL(url).origin}/health/ready`, { method: 'GET' })).status).toBe(200);
    const check = (port: string): Promise<{ code: number | null }> =>
      image.run(
        [],
        image.healthCheck.map((word) => word.replace(':8000/', `:${port}/`)),
      );
    expect((await check(new URL(url).port)).code).toBe(0);
    expect((await check('1')).code).toBe(1);
    const session = await RawSession.open(url, gatewayKey);
    const tools = await session.request('tools/list', {});
    const name = (tools.result as { tools: { name: string }[] }).tools.find((tool) =>
      tool.name.endsWith('__echo'),
    )?.name;
    expect(textOf(await session.call(name ?? 'none', { message: 'from inside' }))).toBe('from inside');
  });

  it('end with 0 at SIGTERM to the first process', async () => {
    const exited = new Promise<number | null>((resolve) => gateway?.once('exit', resolve));
    process.kill(firstProcess(gateway!), 'SIGTERM');
    expect(await exited).toBe(0);
  });
});
