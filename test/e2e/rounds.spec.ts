import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AskedClient } from '../support/asked-client.js';
import { eventually, ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';
import {
  askModern,
  firstText,
  memberResult,
  type ModernRequest,
  stateOf,
  toolParams,
} from '../support/modern-client.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

const ALL = { sampling: true, elicitation: true, roots: true };
const CHECKED = {
  input_guardrails_policy: {
    enabled: true,
    policy_name: 'p',
    block: ['keyword_detector'],
    additional_config: { pii_redaction: true },
  },
  output_guardrails_policy: { enabled: true, policy_name: 'p', block: ['keyword_detector', 'injection_attack'] },
};

const RUDE = JSON.stringify({
  resultType: 'input_required',
  inputRequests: { it: { method: 'elicitation/create', params: { message: 'hi', requestedSchema: {} } } },
});

const processes = new Processes();
const open: AskedClient[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  const url = await processes.listen(join(ROOT, 'test', 'support', 'rounds-server.mjs'));
  const server = (name: string, extra: ServerOptions['extra'] = {}): ServerOptions => ({
    name,
    config: { url },
    extra,
  });
  gateway = await TestGateway.start({
    projects: [
      {
        users: 2,
        servers: [
          server('web', { client_requests: ALL }),
          server('closed'),
          server('hasty', { client_requests: { sampling: true, timeout: 0.3 } }),
          server('forms', { client_requests: { elicitation: true } }),
          server('checked', { client_requests: ALL, ...CHECKED }),
        ],
      },
    ],
    policies: {
      p: {
        detectors: {
          keyword_detector: { banned_keywords: ['forbidden'] },
          pii: { entities: ['EMAIL'] },
          injection_attack: {},
        },
      },
    },
  });
});
afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
  await gateway.stop();
  await processes.close();
});

function ask(request: ModernRequest): Promise<Json> {
  return askModern(gateway, request);
}

const FORM = { form: { action: 'accept', content: { note: 'fine' } } };
const WORDS = { words: { model: 'm', role: 'assistant', content: { type: 'text', text: 'hi' } } };
const REFUSED = { error: { code: -32602, message: expect.stringContaining('not one of this request') } };

describe('a server that asks in its result', () => {
  it.each([
    ['web__elicit', 'form', 'elicitation/create', FORM],
    ['web__sample', 'words', 'sampling/createMessage', WORDS],
    ['web__roots', 'folders', 'roots/list', { folders: { roots: [{ uri: 'file:///home/me' }] } }],
  ])('through %s gets its answer, and its own state back', async (name, key, method, inputResponses) => {
    const first = await ask({ params: toolParams(name) });
    const requestState = stateOf(first);
    expect(memberResult(first).inputRequests).toMatchObject({ [key]: { method } });
    expect(JSON.stringify(first)).not.toContain('state of hello');
    const second = await ask({ params: toolParams(name, 'hello', { inputResponses, requestState }) });
    expect(JSON.parse(firstText(second))).toEqual({ args: { text: 'hello' }, inputResponses, state: 'state of hello' });
    expect(memberResult(second).resultType).toBe('complete');
  });

  it('may ask for a page to be opened, of http and https only', async () => {
    const first = await ask({ params: toolParams('web__open', 'https://example.com/pay') });
    expect(memberResult(first).inputRequests).toMatchObject({ page: { params: { url: 'https://example.com/pay' } } });
    const other = await ask({ params: toolParams('web__open', 'file:///etc/passwd') });
    expect(firstText(other)).toContain('needs a url of http or https');
  });

  it('may ask several times, and for several things at once', async () => {
    const one = await ask({ params: toolParams('web__steps') });
    const two = await ask({
      params: toolParams('web__steps', 'hello', { inputResponses: { one: FORM.form }, requestState: stateOf(one) }),
    });
    expect(stateOf(two)).not.toBe(stateOf(one));
    const inputResponses = { two: WORDS.words };
    const three = await ask({
      params: toolParams('web__steps', 'hello', { inputResponses, requestState: stateOf(two) }),
    });
    expect(firstText(three)).toBe('after two accept hi');
  });

  it('is told what it asked for and nothing else, and asks again for what is missing', async () => {
    const first = await ask({ params: toolParams('web__pair') });
    expect(Object.keys(memberResult(first).inputRequests as Json)).toEqual(['left', 'right']);
    const inputResponses = { left: FORM.form, nobody: FORM.form };
    const second = await ask({
      params: toolParams('web__pair', 'hello', { inputResponses, requestState: stateOf(first) }),
    });
    expect(Object.keys(memberResult(second).inputRequests as Json)).toEqual(['right']);
  });

  it('may ask to be asked again', async () => {
    const first = await ask({ params: toolParams('web__later') });
    expect(memberResult(first).inputRequests).toBeUndefined();
    expect(firstText(await ask({ params: toolParams('web__later', 'hello', { requestState: stateOf(first) }) }))).toBe(
      'was back',
    );
  });

  it('may do so for prompts and resources', async () => {
    const prompt = { name: 'web__ask', arguments: { text: 'about what?' } };
    const asked = await ask({ method: 'prompts/get', params: prompt });
    const again = { inputResponses: FORM, requestState: stateOf(asked) };
    const got = memberResult(await ask({ method: 'prompts/get', params: { ...prompt, ...again } }));
    expect(JSON.stringify(got.messages)).toContain('fine');
    const { resources } = memberResult(await ask({ method: 'resources/list', params: {} }));
    const { uri } = (resources as { uri: string; name: string }[]).find(({ name }) => name.includes('asked')) ?? {};
    const read = await ask({ method: 'resources/read', params: { uri } });
    expect(memberResult(read)).not.toHaveProperty('ttlMs');
    const more = { inputResponses: FORM, requestState: stateOf(read) };
    const { contents } = memberResult(await ask({ method: 'resources/read', params: { uri, ...more } }));
    expect(JSON.stringify(contents)).toContain('fine');
  });

  it('is recorded with what it asked', async () => {
    await ask({ params: toolParams('web__sample', 'recorded') });
    const record = await eventually(
      () => gateway.audit().find(({ method, server }) => method === 'sampling/createMessage' && server === 'web'),
      (found) => found !== undefined,
    );
    expect(record).toMatchObject({ tool: 'sample', decision: 'allowed', reasons: [] });
  });
});

describe('what a server may ask for', () => {
  it('is what the client declares with this request', async () => {
    const answer = await ask({ params: toolParams('web__sample'), can: { elicitation: {} } });
    expect(answer.error).toMatchObject({ code: -32021 });
    expect((await ask({ params: toolParams('web__sample'), can: {} })).error).toMatchObject({ code: -32021 });
  });

  it('is what its entry allows', async () => {
    expect(stateOf(await ask({ params: toolParams('forms__elicit') }))).not.toBe('');
    for (const name of ['forms__sample', 'closed__elicit']) {
      const answer = await ask({ params: toolParams(name) });
      expect(JSON.stringify(answer)).toMatch(/client_requests|-32021/);
      expect(JSON.stringify(answer)).not.toContain('inputRequests');
    }
  });

  it('is held against both by the gateway, for servers that do not care', async () => {
    const asking = (request: Json, more: Json = {}): string =>
      JSON.stringify({ resultType: 'input_required', inputRequests: { it: request }, ...more });
    const form = asking({ method: 'elicitation/create', params: { message: 'hi', requestedSchema: {} } });
    expect(await ask({ params: toolParams('web__rude', form), can: {} })).toMatchObject({
      error: { code: -32021, data: { requiredCapabilities: { elicitation: {} } } },
    });
    expect(firstText(await ask({ params: toolParams('closed__rude', form) }))).toContain('client_requests');
    const words = asking({ method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } });
    expect(firstText(await ask({ params: toolParams('forms__rude', words) }))).toContain('client_requests');
    const others = [
      asking({ method: 'tools/list' }),
      asking({ method: 'elicitation/create', params: 'form' }),
      JSON.stringify({ resultType: 'input_required', inputRequests: [] }),
      JSON.stringify({ resultType: 'input_required', requestState: 7 }),
      JSON.stringify({ resultType: 'input_required' }),
      asking({ method: 'roots/list' }, { requestState: 'x'.repeat(65_537) }),
    ];
    for (const other of others) {
      const answer = await ask({ params: toolParams('web__rude', other) });
      expect(firstText(answer)).toMatch(/^Server "web" asks for input/);
    }
  });

  it('is nothing where the gateway makes the call in a meta tool', async () => {
    const args = { server_name: 'web', tool_calls: [{ name: 'later', args: { text: 'hello' } }] };
    const answer = await ask({ params: { name: 'enkrypt_secure_call_tools', arguments: args } });
    expect(JSON.stringify(answer)).toContain('Call the tool under its own name');
  });
});

describe('a state', () => {
  it('is good for the request that it was made for, and no other', async () => {
    const first = await ask({ params: toolParams('web__elicit') });
    const more = { inputResponses: FORM, requestState: stateOf(first) };
    const others: ModernRequest[] = [
      { params: toolParams('web__elicit', 'goodbye', more) },
      { params: toolParams('checked__elicit', 'hello', more) },
      { params: toolParams('web__sample', 'hello', more) },
      { params: toolParams('closed__elicit', 'hello', more) },
      { params: toolParams('web__elicit', 'hello', more), key: gateway.key(0, 1) },
      { params: toolParams('web__elicit', 'hello', { ...more, requestState: `${more.requestState.slice(0, -2)}AA` }) },
      { params: toolParams('web__elicit', 'hello', { ...more, requestState: 'state of hello' }) },
      { params: toolParams('web__elicit', 'hello', { ...more, requestState: 7 }) },
    ];
    for (const other of others) expect(await ask(other)).toMatchObject(REFUSED);
    expect(firstText(await ask({ params: toolParams('web__elicit', 'hello', more) }))).toContain('fine');
  });

  it('is what answers need: without it they answer nothing', async () => {
    const answer = await ask({ params: toolParams('web__elicit', 'hello', { inputResponses: FORM }) });
    expect(stateOf(answer)).not.toBe('');
  });

  it('takes answers that are objects', async () => {
    const requestState = stateOf(await ask({ params: toolParams('web__elicit') }));
    for (const inputResponses of [[], 'form', { form: 'fine' }, { form: null }]) {
      const answer = await ask({ params: toolParams('web__elicit', 'hello', { inputResponses, requestState }) });
      expect(answer.error).toMatchObject({ code: -32602 });
    }
  });
});

describe('guardrails', () => {
  it.each(['checked__shout', 'checked__inject'])('withhold the question of %s', async (name) => {
    const answer = await ask({ params: toolParams(name) });
    expect(firstText(answer)).toContain('output guardrail');
    expect(JSON.stringify(answer)).not.toMatch(/forbidden word|Ignore all|requestState/);
  });

  it('refuse an answer that the input policy blocks', async () => {
    const requestState = stateOf(await ask({ params: toolParams('checked__elicit') }));
    const inputResponses = { form: { action: 'accept', content: { note: 'a forbidden word' } } };
    const answer = await ask({ params: toolParams('checked__elicit', 'hello', { inputResponses, requestState }) });
    expect(firstText(answer)).toContain('input guardrail');
  });

  it('replace personal data in answers, in the format that the form asks for, and put it back', async () => {
    const requestState = stateOf(await ask({ params: toolParams('checked__spelt') }));
    const inputResponses = {
      form: { action: 'accept', content: { email: 'jane.doe@example.com', note: 'I am jane.doe@example.com' } },
    };
    const answer = await ask({ params: toolParams('checked__spelt', 'hello', { inputResponses, requestState }) });
    const { seen, email } = JSON.parse(firstText(answer)) as { seen: string[]; email: string };
    expect(email).toBe('jane.doe@example.com');
    expect(seen).toEqual(['an address that is not of jane', 'a note without jane']);
  });
});

describe('a client of the 2025 era', () => {
  async function connected(options: Parameters<typeof AskedClient.connect>[1] = {}): Promise<AskedClient> {
    const client = await AskedClient.connect(gateway, options);
    open.push(client);
    return client;
  }

  it('is asked by requests, and the call goes on with what it answers', async () => {
    const me = await connected();
    const { inputResponses, state } = JSON.parse(await me.call('web__elicit', 'who are you?')) as Json;
    expect(inputResponses).toMatchObject({ form: { action: 'accept', content: { note: 'fine' } } });
    expect(state).toBe('state of who are you?');
    expect(await me.call('web__sample', 'say it')).toContain('echo say it');
    expect(await me.call('web__roots')).toContain('file:///home/me/project');
    expect(await me.call('web__open', 'https://example.com/pay')).toContain('"action":"accept"');
    expect(await me.call('web__steps')).toBe('after two accept echo second');
    expect(await me.call('web__pair')).toBe('both');
    expect(await me.call('web__later')).toBe('was back');
    const methods = me.asked.map(({ method }) => method);
    expect(methods.slice(0, 4)).toEqual([
      'elicitation/create',
      'sampling/createMessage',
      'roots/list',
      'elicitation/create',
    ]);
  });

  it('is asked ten times in one call, and no more', async () => {
    const me = await connected();
    expect(await me.call('web__more')).toContain('asked for input 10 times');
    expect(me.asked).toHaveLength(10);
  });

  it('that cannot be asked, or is silent, costs the call an error', async () => {
    const mute = await connected({ capabilities: {} });
    await expect(mute.call('web__rude', RUDE)).rejects.toMatchObject({ code: -32021 });
    expect(await mute.call('web__later')).toBe('was back');
    const silent = await connected({ isSilent: true });
    expect(await silent.call('hasty__sample')).toContain('The client did not answer in time');
    const record = await eventually(
      () => gateway.audit().find(({ server, method }) => server === 'hasty' && method === 'sampling/createMessage'),
      (found) => found !== undefined,
    );
    expect(record).toMatchObject({ decision: 'error', reasons: ['client_timeout'] });
  });

  it('has the same guardrails on both ways', async () => {
    const me = await connected({ content: { email: 'jane.doe@example.com', note: 'I am jane.doe@example.com' } });
    expect(await me.call('checked__shout')).toContain('output guardrail');
    expect(me.asked).toEqual([]);
    const { seen, email } = JSON.parse(await me.call('checked__spelt')) as Json;
    expect([seen, email]).toEqual([['an address that is not of jane', 'a note without jane'], 'jane.doe@example.com']);
    const other = await connected({ content: { note: 'a forbidden word' } });
    expect(await other.call('checked__elicit')).toContain('input guardrail');
  });
});
