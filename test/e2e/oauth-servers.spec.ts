import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { answerJson, issuing, ScriptedAuthorizationServer } from '../support/scripted-authorization-server.js';
import { eventually, type ServerOptions, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { TokenUpstream } from '../support/token-upstream.js';

const SECRET = 'client-secret-of-the-test';

let authorization: ScriptedAuthorizationServer;
let upstream: TokenUpstream;
let gateway: TestGateway | null = null;

beforeEach(async () => {
  authorization = await ScriptedAuthorizationServer.start();
  upstream = await TokenUpstream.start();
});
afterEach(async () => {
  await gateway?.stop();
  gateway = null;
  await Promise.all([authorization.close(), upstream.close()]);
});

function remote(more: Record<string, unknown> = {}): ServerOptions {
  return { name: 'crm', config: { url: upstream.url }, extra: { oauth_config: authorization.config(more) } };
}

async function start(...servers: ServerOptions[]): Promise<RawSession> {
  gateway = await TestGateway.start({ projects: [{ servers }] });
  return RawSession.open(gateway.url, gateway.key());
}

describe('a remote server with client credentials', () => {
  it('is sent a token with every request, and nothing of the client', async () => {
    const session = await start(remote());
    expect(textOf(await session.call('crm__whoami', {}))).toBe('Bearer token-1');
    expect(new Set(upstream.seen)).toEqual(new Set(['Bearer token-1']));
    expect(authorization.seen).toHaveLength(1);
    expect(JSON.stringify(authorization.seen)).not.toContain(gateway?.key());
  });

  it('is sent a renewed token in the session that is open', async () => {
    authorization.behaviour = issuing({ expires_in: 2 });
    const session = await start(remote());
    const first = textOf(await session.call('crm__whoami', {}));
    const renewed = await eventually(
      async () => textOf(await session.call('crm__whoami', {})),
      (text) => text !== first,
      10_000,
    );
    expect(renewed).toMatch(/^Bearer token-\d$/);
    expect(upstream.methods.filter((method) => method === 'initialize')).toHaveLength(1);
  }, 20_000);

  it('that refuses a token which was just issued does not make the gateway ask for one after the other', async () => {
    const session = await start(remote());
    await session.call('crm__whoami', {});
    upstream.accepts = (value) => value === 'Bearer token-2';
    const answer = await session.call('crm__whoami', {});
    expect(textOf(answer)).toMatch(/refuses tokens that were just issued/);
    expect(authorization.seen).toHaveLength(1);
  });

  it('that refuses every token is an error after one renewal, and no call goes without', async () => {
    upstream.accepts = () => false;
    const session = await start(remote());
    const answer = await session.call('crm__whoami', {});
    expect(textOf(answer)).toMatch(/Server "crm" was not called: using the token failed/);
    expect(upstream.seen.every((value) => value?.startsWith('Bearer token-') === true)).toBe(true);
  });

  it('whose token cannot be had is not called, and the error names server, step and remedy', async () => {
    authorization.behaviour = (_request, response) => {
      answerJson(response, 401, { error: 'invalid_client' });
    };
    const session = await start(remote());
    const text = textOf(await session.call('crm__whoami', {}));
    expect(text).toMatch(/Server "crm" was not called: getting a token failed: .*invalid_client.* OAUTH_CLIENT_ID/);
    expect(upstream.seen).toEqual([]);
  });

  it('that asks for more scopes is an error that names them', async () => {
    upstream.challenge = { status: 403, header: 'Bearer error="insufficient_scope", scope="files:write"' };
    const session = await start(remote());
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/asks for more scopes: files:write\. Add them to/);
  });

  it('leaves no secret in the log, the audit log and the metrics', async () => {
    const session = await start(remote());
    await session.call('crm__whoami', {});
    authorization.behaviour = issuing();
    const response = await fetch(`${String(gateway?.origin)}/metrics`, {
      headers: { authorization: `Bearer ${String(gateway?.config.adminKey)}` },
    });
    const metrics = await response.text();
    expect(metrics).toMatch(/gateway_oauth_token_acquisitions_total 1\n/);
    expect(metrics).toMatch(/gateway_oauth_active_tokens 1\n/);
    const sinks = `${metrics} ${String(gateway?.stderr)} ${JSON.stringify(gateway?.audit())}`;
    expect(sinks).not.toMatch(new RegExp(`${SECRET}|token-1`));
  });
});

describe('a process with client credentials', () => {
  const dirs: string[] = [];
  afterEach(() => {
    for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true });
  });

  /** A server whose one tool tells a variable. */
  function child(env: Record<string, string>): ServerOptions {
    const dir = mkdtempSync(join(tmpdir(), 'oauth-child-'));
    dirs.push(dir);
    const file = join(dir, 'server.mjs');
    writeFileSync(file, CHILD);
    const config = { command: process.execPath, args: [file], env };
    return { name: 'crm', config, extra: { oauth_config: authorization.config() } };
  }

  const CHILD = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  const results = {
    initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'child', version: '1' } },
    'tools/list': { tools: [{ name: 'variable', inputSchema: { type: 'object' } }] },
    'tools/call': { content: [{ type: 'text', text: String(process.env[params?.arguments?.name]) + ' ' + process.pid }] },
  };
  const result = results[method];
  const answer = result === undefined ? { error: { code: -32601, message: 'no' } } : { result };
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...answer }) + '\\n');
}
`;

  it.each([
    ['ENKRYPT_ACCESS_TOKEN', 'token-1'],
    ['OAUTH_ACCESS_TOKEN', 'token-1'],
    ['OAUTH_TOKEN_TYPE', 'Bearer'],
    ['AUTHORIZATION', 'Bearer token-1'],
    ['AUTH_HEADER', 'Bearer token-1'],
    ['HTTP_HEADER_Authorization', 'Bearer token-1'],
    ['HTTP_HEADER_AUTHORIZATION', 'own'],
  ])(
    'finds its token in %s, unless its config has a value',
    async (name, expected) => {
      const session = await start(child({ HTTP_HEADER_AUTHORIZATION: 'own' }));
      expect(textOf(await session.call('crm__variable', { name }))).toMatch(new RegExp(`^${expected} \\d+$`));
    },
    20_000,
  );

  it('is started again with the renewed token', async () => {
    authorization.behaviour = issuing({ expires_in: 2 });
    const session = await start(child({}));
    const first = textOf(await session.call('crm__variable', { name: 'ENKRYPT_ACCESS_TOKEN' }));
    const last = await eventually(
      async () => textOf(await session.call('crm__variable', { name: 'ENKRYPT_ACCESS_TOKEN' })),
      (text) => text.split(' ')[0] !== first.split(' ')[0],
      10_000,
    );
    expect(last.split(' ')[1]).not.toBe(first.split(' ')[1]);
  }, 20_000);
});
