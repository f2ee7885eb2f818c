import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';
import {
  askModern,
  firstText,
  memberResult,
  type ModernRequest,
  questionsOf,
  stateOf,
  toolParams,
} from '../support/modern-client.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

const ASKING = join(ROOT, 'test', 'support', 'asking-server.mjs');
const ALL = { sampling: true, elicitation: true, roots: true };
const SAID = { model: 'm', role: 'assistant', content: { type: 'text', text: 'hi there' } };
const FILLED = { action: 'accept', content: { note: 'fine' } };

const processes = new Processes();
let gateway: TestGateway;

beforeAll(async () => {
  const url = await processes.listen(ASKING);
  const http = (name: string, extra: Json): ServerOptions => ({ name, config: { url }, extra });
  const input = { enabled: true, policy_name: 'p', block: ['keyword_detector'] };
  gateway = await TestGateway.start({
    projects: [
      {
        users: 3,
        exposure: 'direct',
        servers: [
          http('web', { client_requests: ALL }),
          {
            name: 'child',
            config: { command: process.execPath, args: [ASKING] },
            extra: { client_requests: ALL },
          },
          http('closed', {}),
          http('hasty', { client_requests: { sampling: true, timeout: 0.3 } }),
          http('checked', {
            client_requests: ALL,
            input_guardrails_policy: { ...input, additional_config: { pii_redaction: true } },
            output_guardrails_policy: input,
          }),
        ],
      },
    ],
    policies: {
      p: { detectors: { keyword_detector: { banned_keywords: ['forbidden'] }, pii: { entities: ['EMAIL'] } } },
    },
  });
});
afterAll(async () => {
  await gateway.stop();
  await processes.close();
});

function ask(request: ModernRequest): Promise<Json> {
  return askModern(gateway, request);
}

/** The one question of an answer, answered. */
function reply(answer: Json, result: Json): Json {
  const [[name] = ['']] = questionsOf(answer);
  return { requestState: stateOf(answer), inputResponses: { [name]: result } };
}

/** The answer of the call after its one question was answered. */
async function answered(name: string, result: Json, text = 'hello'): Promise<string> {
  const first = await ask({ params: toolParams(name, text) });
  return firstText(await ask({ params: toolParams(name, text, reply(first, result)) }));
}

describe.each(['web', 'child'])('a server of the 2025 era that asks a client of the 2026 era (%s)', (server) => {
  it('gets the answer, and the call goes on where it stood', async () => {
    expect(await answered(`${server}__sample`, SAID)).toContain('hi there');
    expect(JSON.parse(await answered(`${server}__elicit`, FILLED))).toEqual(FILLED);
    const folders = { roots: [{ uri: 'file:///home/me' }] };
    expect(JSON.parse(await answered(`${server}__roots`, folders))).toEqual(folders);
  });

  it('asks as the newer era does', async () => {
    const first = await ask({ params: toolParams(`${server}__open`, 'https://example.com/pay') });
    const [[, { method, params }] = ['', { method: '' }]] = questionsOf(first);
    expect([method, params]).toEqual([
      'elicitation/create',
      { mode: 'url', message: 'Open it.', url: 'https://example.com/pay' },
    ]);
    const last = await ask({
      params: toolParams(`${server}__open`, 'https://example.com/pay', reply(first, { action: 'accept' })),
    });
    expect(memberResult(last)).toMatchObject({ resultType: 'complete' });
  });

  it('may ask again', async () => {
    const params = (more: Json = {}): Json => toolParams(`${server}__busy`, 'me', more);
    const sample = await ask({ params: params() });
    const form = await ask({ params: params(reply(sample, SAID)) });
    expect(questionsOf(form)).toMatchObject([[expect.any(String), { method: 'elicitation/create' }]]);
    const last = firstText(await ask({ params: params(reply(form, FILLED)) }));
    expect(last).toContain('hi there');
    expect(last).toContain('"action":"accept"');
  });
});

describe('a call that waits', () => {
  it('asks again for what a retry leaves out, and ignores what nobody asked', async () => {
    const params = (more: Json = {}): Json => toolParams('web__elicit', 'me', more);
    const first = await ask({ params: params() });
    const second = await ask({ params: params({ requestState: stateOf(first), inputResponses: { nobody: FILLED } }) });
    expect(questionsOf(second)).toEqual(questionsOf(first));
    const third = await ask({ params: params({ requestState: stateOf(second) }) });
    expect(firstText(await ask({ params: params(reply(third, FILLED)) }))).toContain('fine');
  });

  it('is for its key and its request alone, and ends once', async () => {
    const first = await ask({ params: toolParams('web__elicit', 'mine') });
    const more = reply(first, FILLED);
    const refused = { error: { code: -32602, message: expect.stringContaining('not one of this request') } };
    const theirs = { params: toolParams('web__elicit', 'mine', more), key: gateway.key(0, 1) };
    expect(await ask(theirs)).toMatchObject(refused);
    expect(await ask({ params: toolParams('web__elicit', 'other', more) })).toMatchObject(refused);
    expect(await ask({ params: toolParams('child__elicit', 'mine', more) })).toMatchObject(refused);
    expect(firstText(await ask({ params: toolParams('web__elicit', 'mine', more) }))).toContain('fine');
    expect(await ask({ params: toolParams('web__elicit', 'mine', more) })).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('has ended, or waits in another process') },
    });
  });

  it('keeps its answer for a while when the server needs none any more', async () => {
    const first = await ask({ params: toolParams('web__regret', 'never mind') });
    await eventually(
      () => gateway.audit().find(({ tool, method }) => tool === 'regret' && method === 'tools/call'),
      (found) => found !== undefined,
    );
    const last = await ask({ params: toolParams('web__regret', 'never mind', { requestState: stateOf(first) }) });
    expect(firstText(last)).toContain('error');
  });

  it('is cancelled when the client stays away', async () => {
    const first = await ask({ params: toolParams('hasty__sample', 'anybody?') });
    const records = await eventually(
      () => gateway.audit().filter(({ server }) => server === 'hasty'),
      (found) => found.length === 2,
    );
    expect(records).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ method: 'sampling/createMessage', reasons: ['client_timeout'] }),
        expect.objectContaining({ method: 'tools/call', reasons: ['cancelled'] }),
      ]),
    );
    const late = await ask({ params: toolParams('hasty__sample', 'anybody?', reply(first, SAID)) });
    expect(late).toMatchObject({ error: { code: -32602 } });
  });

  it('is one of 32 of its key', async () => {
    const key = gateway.key(0, 2);
    const all = Array.from({ length: 33 }, () => ask({ params: toolParams('web__elicit', 'many'), key }));
    const answers = await Promise.all(all);
    const asked = answers.filter((answer) => memberResult(answer).resultType === 'input_required');
    const refused = answers.filter((answer) => memberResult(answer).resultType === 'complete');
    expect([asked.length, refused.length]).toEqual([32, 1]);
    expect(firstText(refused[0] ?? {})).toContain('error -32013');
    const [first = {}] = asked;
    const done = await ask({ params: toolParams('web__elicit', 'many', reply(first, FILLED)), key });
    expect(firstText(done)).toContain('fine');
    expect(stateOf(await ask({ params: toolParams('web__elicit', 'many'), key }))).not.toBe('');
  });
});

describe('what is declared to such a server', () => {
  it('is what the client declares with this request and its entry allows', async () => {
    const declared = async (name: string, can?: Json): Promise<unknown> =>
      JSON.parse(firstText(await ask({ params: toolParams(name), ...(can && { can }) })));
    expect(await declared('web__declared', { elicitation: {} })).toEqual({ elicitation: { form: {} } });
    expect(await declared('web__declared', {})).toEqual({});
    expect(await declared('closed__declared')).toEqual({});
    expect(firstText(await ask({ params: toolParams('closed__sample') }))).toMatch(/error|not support/);
  });
});

describe('guardrails', () => {
  it('keep a question from the client, and tell the server', async () => {
    expect(firstText(await ask({ params: toolParams('checked__shout') }))).toContain('error -32011');
  });

  it('keep an answer from the server', async () => {
    const bad = { action: 'accept', content: { note: 'a forbidden word' } };
    expect(await answered('checked__elicit', bad)).toContain('error -32011');
  });

  it('replace personal data in the answer, and put it back in that of the call', async () => {
    const answer = await answered('checked__elicit-spelt', {
      action: 'accept',
      content: { email: 'jane.doe@example.com' },
    });
    expect(answer).toContain('jane.doe@example.com');
    expect(answer).toContain('not seen by the server');
  });
});

describe('the end of the gateway', () => {
  it('is the end of the calls that wait', async () => {
    stateOf(await ask({ params: toolParams('child__elicit', 'at the end') }));
    gateway.child.kill('SIGTERM');
    const ended = await eventually(
      () => gateway.audit().filter(({ server, decision }) => server === 'child' && decision === 'error'),
      (found) => found.length === 2,
    );
    expect(ended).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ method: 'elicitation/create', tool: 'elicit', reasons: ['client_gone'] }),
        expect.objectContaining({ method: 'tools/call', tool: 'elicit', reasons: ['cancelled'] }),
      ]),
    );
  });
});
