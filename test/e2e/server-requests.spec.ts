import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AskedClient } from '../support/asked-client.js';
import { eventually, ROOT, type ServerOptions, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(60_000);

const ASKING = join(ROOT, 'test', 'support', 'asking-server.mjs');
const ALL = { sampling: true, elicitation: true, roots: true };

const processes = new Processes();
const open: AskedClient[] = [];
let gateway: TestGateway;

beforeAll(async () => {
  const url = await processes.listen(ASKING);
  const http = (name: string, extra: ServerOptions['extra'] = {}): ServerOptions => ({ name, config: { url }, extra });
  const checked = {
    client_requests: { ...ALL },
    input_guardrails_policy: {
      enabled: true,
      policy_name: 'p',
      block: ['keyword_detector'],
      additional_config: { pii_redaction: true },
    },
    output_guardrails_policy: { enabled: true, policy_name: 'p', block: ['keyword_detector', 'injection_attack'] },
  };
  gateway = await TestGateway.start({
    projects: [
      {
        users: 2,
        exposure: 'direct',
        servers: [
          http('web', { client_requests: { ...ALL } }),
          {
            name: 'child',
            config: { command: process.execPath, args: [ASKING] },
            extra: { client_requests: { ...ALL } },
          },
          http('closed'),
          http('checked', checked),
          http('hasty', { client_requests: { sampling: true, timeout: 0.3 } }),
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

async function client(options: Parameters<typeof AskedClient.connect>[1] = {}): Promise<AskedClient> {
  const connected = await AskedClient.connect(gateway, options);
  open.push(connected);
  return connected;
}

describe.each(['http', 'stdio'] as const)('a client at the %s door', (door) => {
  describe.each(['web', 'child'])('and the server %s', (server) => {
    it('is asked for sampling, forms, pages and roots, and its answers go back', async () => {
      const me = await client({ door });
      expect(await me.call(`${server}__sample`, 'hi')).toContain('echo hi');
      expect(JSON.parse(await me.call(`${server}__elicit`, 'Your mail?'))).toEqual({
        action: 'accept',
        content: { note: 'fine' },
      });
      expect(JSON.parse(await me.call(`${server}__open`, 'https://example.com/pay'))).toEqual({ action: 'accept' });
      expect(await me.call(`${server}__roots`)).toContain('file:///home/me/project');
      expect(me.asked.map(({ method }) => method)).toEqual([
        'sampling/createMessage',
        'elicitation/create',
        'elicitation/create',
        'roots/list',
      ]);
      await me.close();
    });

    it('hears what the server logs, as verbosely as it asked for', async () => {
      const me = await client({ door });
      await me.call(`${server}__log`, 'all');
      expect(me.logs).toEqual(['debug: all', 'info: all', 'error: all']);
      await me.client.setLoggingLevel('error');
      await me.call(`${server}__log`, 'less');
      expect(me.logs.slice(3)).toEqual(['error: less']);
      await me.close();
    });
  });
});

describe('what is declared to a server', () => {
  it('is what both the client declared and the operator lets it use', async () => {
    const me = await client();
    expect(JSON.parse(await me.call('web__declared'))).toEqual({
      sampling: {},
      elicitation: { form: {}, url: {} },
      roots: { listChanged: true },
    });
    expect(JSON.parse(await me.call('closed__declared'))).toEqual({});
    const other = await client({ capabilities: { elicitation: {} } });
    expect(JSON.parse(await other.call('web__declared'))).toEqual({ elicitation: { form: {} } });
  });

  it('is all that it may ask for', async () => {
    const me = await client();
    expect(await me.call('closed__sample', 'hi')).toMatch(/error|not support/);
    expect(await me.call('web__unknown')).toContain('error -32601');
    expect(await me.call('web__sample-tools', 'hi')).toMatch(/error/);
    expect(await me.call('web__open', 'file:///etc/passwd')).toContain('error -32602');
    expect(me.asked).toEqual([]);
  });
});

describe('five calls at the same time', () => {
  it.each(['web', 'child'])('to %s get their own messages, and no others', async (server) => {
    const me = await client();
    const names = ['one', 'two', 'three', 'four', 'five'];
    const steps = new Map<string, (string | undefined)[]>();
    const answers = await Promise.all(
      names.map((name) => {
        const mine: (string | undefined)[] = [];
        steps.set(name, mine);
        return me.call(`${server}__busy`, name, ({ message }) => mine.push(message));
      }),
    );
    names.forEach((name, index) => {
      expect(answers[index]).toContain(`echo ${name} sample`);
      expect(answers[index]).toContain('"action":"accept"');
      expect(steps.get(name)).toEqual([1, 2, 3].map((step) => `${name} step ${String(step)}`));
      const logs = me.logs.filter((log) => String(log).startsWith(name));
      expect(logs).toEqual([1, 2, 3].map((line) => `${name} log ${String(line)}`));
    });
    expect(me.asked).toHaveLength(10);
  });

  it('over HTTP have every message on the stream of the call that caused it', async () => {
    const session = await RawSession.open(gateway.url, gateway.key(), '2025-11-25', { sampling: {} });
    const calls = ['one', 'two', 'three'].map(async (name) => {
      const stream = await session.open('web__log-and-sample', name);
      const asked = await eventually(
        () => stream.events.find(({ method }) => method === 'sampling/createMessage'),
        (found) => found !== undefined,
      );
      const content = { type: 'text', text: `for ${name}` };
      await session.post({ jsonrpc: '2.0', id: asked?.id, result: { model: 'm', role: 'assistant', content } });
      await stream.closed;
      return stream.events;
    });
    const streams = await Promise.all(calls);
    streams.forEach((events, index) => {
      const name = ['one', 'two', 'three'][index] ?? '';
      expect(events).toHaveLength(3);
      for (const event of events) expect(JSON.stringify(event)).toContain(name);
    });
  });
});

describe('two sessions of one key', () => {
  it.each(['web', 'child'])('of %s never see what belongs to the other', async (server) => {
    const [first, second] = await Promise.all([client(), client()]);
    const [one, two] = await Promise.all([
      first.call(`${server}__busy`, 'for-first'),
      second.call(`${server}__busy`, 'for-second'),
    ]);
    expect(one).toContain('echo for-first');
    expect(two).toContain('echo for-second');
    expect(JSON.stringify([first.asked, first.logs])).not.toContain('for-second');
    expect(JSON.stringify([second.asked, second.logs])).not.toContain('for-first');
  });

  it('cannot answer for each other', async () => {
    const [mine, theirs] = await Promise.all([
      RawSession.open(gateway.url, gateway.key(), '2025-11-25', { sampling: {} }),
      RawSession.open(gateway.url, gateway.key(), '2025-11-25', { sampling: {} }),
    ]);
    const stream = await mine.open('web__sample', 'who answers?');
    const asked = await eventually(
      () => stream.events.find(({ method }) => method === 'sampling/createMessage'),
      (found) => found !== undefined,
    );
    const answer = (text: string): object => ({
      jsonrpc: '2.0',
      id: asked?.id,
      result: { model: 'm', role: 'assistant', content: { type: 'text', text } },
    });
    expect((await theirs.post(answer('forged'))).status).toBe(202);
    expect((await mine.post(answer('real'))).status).toBe(202);
    await stream.closed;
    const said = JSON.stringify(stream.events.at(-1));
    expect(said).toContain('real');
    expect(said).not.toContain('forged');
  });
});

describe('a client that does not answer', () => {
  it('in time costs the server an error, and is told that nobody waits any more', async () => {
    const me = await client({ isSilent: true });
    expect(await me.call('hasty__sample', 'hi')).toContain('error -32015');
  });

  it('because it hung up costs the server an error at once', async () => {
    const session = await RawSession.open(gateway.url, gateway.key(), '2025-11-25', { sampling: {} });
    const stream = await session.open('web__sample', 'anybody there?');
    await eventually(
      () => stream.events.length,
      (count) => count > 0,
    );
    stream.close();
    const record = await eventually(
      () => gateway.audit().find(({ reasons }) => JSON.stringify(reasons) === '["client_gone"]'),
      (found) => found !== undefined,
    );
    expect(record).toMatchObject({
      method: 'sampling/createMessage',
      server: 'web',
      tool: 'sample',
      decision: 'error',
    });
  });

  it('because its session ended costs the server an error at once', async () => {
    const session = await RawSession.open(gateway.url, gateway.key(), '2025-11-25', { elicitation: {} });
    const stream = await session.open('web__elicit', 'still there?');
    await eventually(
      () => stream.events.length,
      (count) => count > 0,
    );
    await session.end();
    await eventually(
      () => gateway.audit().filter(({ method, reasons }) => method === 'elicitation/create' && String(reasons) !== ''),
      (found) => found.length > 0,
    );
  });

  it('hears that the server does not need the answer any more', async () => {
    const session = await RawSession.open(gateway.url, gateway.key(), '2025-11-25', { sampling: {} });
    const stream = await session.open('web__regret', 'never mind');
    await stream.closed;
    const methods = stream.events.map(({ method }) => method);
    expect(methods).toContain('notifications/cancelled');
  });
});

describe('guardrails on the way back', () => {
  it('refuse a prompt that carries an injection, and the client sees nothing of it', async () => {
    const me = await client();
    expect(await me.call('checked__shout')).toContain('error -32011');
    expect(me.asked).toEqual([]);
    const record = await eventually(
      () =>
        gateway
          .audit()
          .find(({ method, decision }) => method === 'sampling/createMessage' && decision === 'blocked_output'),
      (found) => found !== undefined,
    );
    expect(record).toMatchObject({ server: 'checked', tool: 'shout' });
  });

  it('refuse an answer that the input policy blocks', async () => {
    const me = await client({ content: { note: 'a forbidden word' } });
    expect(await me.call('checked__elicit', 'Say something.')).toContain('error -32011');
    expect(me.asked).toHaveLength(1);
  });

  it('redact personal data in an answer, and restore it in what the call gives back', async () => {
    const me = await client({ content: { email: 'jane.doe@example.com' } });
    const answer = await me.call('checked__elicit-spelt', 'Your mail?');
    expect(answer).toContain('jane.doe@example.com');
    expect(answer).toContain('not seen by the server');
  });

  it('keep a log line from the client that would be blocked as an answer', async () => {
    const me = await client();
    await me.call('checked__log', 'fine');
    await me.call('checked__log-bad');
    expect(me.logs).toEqual(['debug: fine', 'info: fine', 'error: fine']);
  });
});

describe('roots', () => {
  it('that change are told to the servers that asked to hear of it', async () => {
    const me = await client();
    await me.call('child__roots');
    await me.client.sendRootsListChanged();
    await eventually(
      () => me.call('child__roots-changed'),
      (count) => count === '1',
    );
  });
});
