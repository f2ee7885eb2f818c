import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { deadPort } from '../compat/support/listeners.js';
import { elementOf, secureCall } from '../support/answers.js';
import { CLI, ROOT, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';

type Json = Record<string, unknown>;

jest.setTimeout(60_000);

const SECRET = 'webhook-secret-for-tests';
const KEY = 'moderation-key-for-tests';
const records = new CallRecords();
const asked: Json[] = [];
let webhook: ChildProcess;
let moderation: Server;
let gateway: TestGateway;
let session: RawSession;

/** Starts the example and waits for its address. */
async function startWebhook(): Promise<string> {
  const script = join(ROOT, 'examples', 'guardrail-webhook', 'server.mjs');
  webhook = spawn(process.execPath, [script, '--port', '0', '--secret', SECRET], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  for await (const line of createInterface({ input: webhook.stderr! })) {
    const url = /^listening (http:\S+)$/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('the webhook ended without listening');
}

/** A service with the moderation interface: flags what says so. */
async function startModeration(): Promise<string> {
  moderation = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as { input: string[] };
      asked.push({ ...body, path: request.url, authorization: request.headers.authorization });
      const results = body.input.map((text) => ({
        flagged: text.includes('hateful'),
        categories: { 'hate/threatening': text.includes('hateful'), sexual: false, 'self-harm': false },
        category_scores: { 'hate/threatening': 0.91, sexual: 0.01, 'self-harm': 0 },
      }));
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'modr-1', model: 'm', results }));
    });
  });
  await new Promise<void>((resolve) => moderation.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${String((moderation.address() as AddressInfo).port)}/v1`;
}

beforeAll(async () => {
  const [webhookUrl, moderationUrl] = await Promise.all([startWebhook(), startModeration()]);
  const policy = (name: string, more: Json = {}): Json => ({ enabled: true, policy_name: name, ...more });
  const server = (name: string, extra: Json) => stdioServer(name, ['--record', records.path(name)], extra);
  const redacting = policy('hooked', { additional_config: { pii_redaction: true } });
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          server('hooked', { input_guardrails_policy: policy('hooked'), tool_guardrails_policy: policy('hooked') }),
          server('redacting', { input_guardrails_policy: redacting }),
          server('answers', { output_guardrails_policy: policy('hooked') }),
          server('unsigned', { input_guardrails_policy: policy('any', { provider: 'unsigned' }) }),
          server('moderated', {
            input_guardrails_policy: policy('strict', { provider: 'moderation', block: ['bias'] }),
          }),
        ],
      },
    ],
    plugins: {
      guardrails: {
        config: {
          providers: {
            mine: { type: 'http', base_url: webhookUrl, signing_secret: SECRET },
            unsigned: { type: 'http', base_url: webhookUrl },
            moderation: { type: 'openai_moderation', base_url: moderationUrl, api_key: KEY, model: 'm-1' },
          },
          policies: { hooked: { detectors: {}, remote: [{ provider: 'mine' }] } },
        },
      },
    },
  });
  session = await RawSession.open(gateway.url, gateway.key());
});

afterAll(async () => {
  await gateway.stop();
  webhook.kill('SIGKILL');
  moderation.closeAllConnections();
  await new Promise((resolve) => moderation.close(resolve));
  records.remove();
});

const call = async (server: string, message: string): Promise<Json> =>
  elementOf(await session.call('enkrypt_secure_call_tools', secureCall(server, 'echo', { message })));

describe('the example webhook', () => {
  it('blocks a call, which is never made', async () => {
    expect(await call('hooked', 'the launch-code is 1')).toMatchObject({
      status: 'blocked_input',
      message: 'Request blocked due to input guardrail violations: policy_violation',
    });
    expect(records.calls('hooked')).toEqual([]);
  });

  it('lets the rest pass, and reports what it only reports', async () => {
    const element = await call('hooked', 'this is urgent!!!');
    expect(element).toMatchObject({ status: 'success', response: 'this is urgent!!!' });
    const { input_guardrail_response: response } = element.enkrypt_policy_detections as Json;
    expect(response).toMatchObject({ violations: [{ type: 'toxicity', action: 'report' }] });
  });

  it('redacts under a policy that redacts, and the value comes back', async () => {
    const element = await call('redacting', 'for EMP-123456 only');
    expect(element).toMatchObject({ status: 'success', response: 'for EMP-123456 only' });
    const { input_guardrail_response: response } = element.enkrypt_policy_detections as Json;
    expect(response).toMatchObject({ metadata: { redactions: 1 } });
  });

  it('blocks what it wants redacted where nothing is redacted', async () => {
    expect(await call('hooked', 'for EMP-123456 only')).toMatchObject({ status: 'blocked_input' });
    expect(await call('answers', 'for EMP-123456 only')).toMatchObject({ status: 'blocked_output', response: '' });
  });

  it('refuses requests that are not signed, and so the call is refused', async () => {
    expect(await call('unsigned', 'fine')).toMatchObject({ status: 'error', error: { code: 'GUARD_001' } });
    expect(records.calls('unsigned')).toEqual([]);
  });
});

describe('a moderation service', () => {
  it('blocks by the detector that its category counts as', async () => {
    expect(await call('moderated', 'something hateful')).toMatchObject({
      status: 'blocked_input',
      message: 'Request blocked due to input guardrail violations: bias',
    });
    expect((await call('moderated', 'something kind')).status).toBe('success');
    expect(asked[0]).toMatchObject({ path: '/v1/moderations', authorization: `Bearer ${KEY}`, model: 'm-1' });
  });
});

describe('doctor', () => {
  it('names each provider in use, and what to do about the one that refuses', async () => {
    const argv = ['doctor', '--config', gateway.configPath, '--json', '--port', String(await deadPort())];
    const { stdout, code } = await new Promise<{ stdout: string; code: number | null }>((resolve) => {
      const child = execFile(process.execPath, [CLI, ...argv], (_error, text) => {
        resolve({ stdout: text, code: child.exitCode });
      });
    });
    const { checks } = JSON.parse(stdout) as {
      checks: { name: string; status: string; detail: string; remedy: string }[];
    };
    const of = (name: string) => checks.filter((check) => check.name === `guardrail provider ${name}`);
    expect(of('mine')).toMatchObject([{ status: 'ok' }]);
    expect(of('moderation')).toMatchObject([{ status: 'ok' }]);
    expect(of('unsigned')).toMatchObject([{ status: 'fail', remedy: expect.stringContaining('api_key') }]);
    expect(code).not.toBe(0);
    expect(stdout).not.toContain(KEY);
    expect(stdout).not.toContain(SECRET);
  });
});
