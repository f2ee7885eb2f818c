import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { elementOf, resultOf, secureCall, textOf } from '../support/answers.js';
import { eventually, TestGateway } from '../support/gateway.js';
import { RawSession } from '../support/raw-http.js';
import { CallRecords, stdioServer } from '../support/upstreams.js';
import { WaitingChecks } from '../support/waiting-checks.js';

type Json = Record<string, unknown>;

jest.setTimeout(60_000);

let checks: WaitingChecks;
const records = new CallRecords();
let gateway: TestGateway;
let session: RawSession;

const callsArrived = (server: string) =>
  eventually(
    () => records.calls(server).length,
    (count) => count > 0,
  );

beforeAll(async () => {
  checks = await WaitingChecks.start();
  const checked = (more: Json = {}): Json => ({
    input_guardrails_policy: { enabled: true, policy_name: 'p', block: ['injection_attack'], ...more },
  });
  const server = (name: string, extra: Json) => stdioServer(name, ['--record', records.path(name)], extra);
  const redaction = { additional_config: { pii_redaction: true } };
  gateway = await TestGateway.start({
    projects: [
      {
        servers: [
          server('passed', { ...checked(), read_only_tools: ['ech*'] }),
          server('blocked', { ...checked(), read_only_tools: ['echo'] }),
          server('failed', { ...checked(), read_only_tools: ['echo'] }),
          server('other', { ...checked(), read_only_tools: ['get_*', 'echo?'] }),
          server('unlisted', checked()),
          server('redacting', { ...checked(redaction), read_only_tools: ['*'] }),
        ],
      },
    ],
    plugins: checks.plugins,
    common: { enkrypt_async_input_guardrails_enabled: true, enkrypt_async_output_guardrails_enabled: true },
  });
  session = await RawSession.open(gateway.url, gateway.key());
});

afterAll(async () => {
  await gateway.stop();
  checks.close();
  records.remove();
});

const direct = (server: string, message: string) => session.call(`${server}__echo`, { message });
const meta = (server: string, message: string) =>
  session.call('enkrypt_secure_call_tools', secureCall(server, 'echo', { message }));
const audited = (server: string) =>
  eventually(
    () => gateway.audit().find((line) => line.server === server),
    (line) => line !== undefined,
  );

describe('a tool that the operator calls read-only', () => {
  it('starts while its check is still waiting, and answers after it', async () => {
    const call = meta('passed', 'early and fine');
    await checks.asked('early and fine');
    await callsArrived('passed');
    await checks.decide('early and fine', 'clean');
    expect(elementOf(await call)).toMatchObject({ status: 'success', response: 'early and fine' });
    expect(await audited('passed')).toMatchObject({ decision: 'allowed', started_before_verdict: true });
  });

  it('has its answer withheld when the verdict is a block, and the record says that it had started', async () => {
    const call = direct('blocked', 'early and wrong');
    await checks.asked('early and wrong');
    await callsArrived('blocked');
    await checks.decide('early and wrong', 'attack');
    const refused = await call;
    expect(resultOf(refused)?.isError).toBe(true);
    expect(textOf(refused)).toMatch(/^Request blocked due to input guardrail violations/);
    expect(JSON.stringify(refused)).not.toContain('early and wrong');
    expect(await audited('blocked')).toMatchObject({ decision: 'blocked_input', started_before_verdict: true });
  });

  it('has its answer withheld when the check fails', async () => {
    const call = direct('failed', 'early and unknown');
    const check = await checks.asked('early and unknown');
    await callsArrived('failed');
    check.writeHead(500).end();
    const refused = await call;
    expect(JSON.stringify(refused)).not.toContain('early and unknown');
    expect(textOf(refused)).toMatch(/cannot be checked does not pass/);
    expect(await audited('failed')).toMatchObject({ decision: 'error', started_before_verdict: true });
  });
});

describe.each(['other', 'unlisted', 'redacting'])('a call of server "%s"', (server) => {
  it.each([
    ['direct', direct],
    ['meta', meta],
  ])('through the %s tool reaches its server after the verdict alone', async (door, send) => {
    const text = `${server} waits at ${door}`;
    const call = send(server, text);
    await checks.asked(text);
    // The link to the server is quick: a call that had started would be there before this one of another server comes back.
    const probe = direct('passed', `probe of ${text}`);
    await checks.decide(`probe of ${text}`, 'clean');
    await probe;
    expect(records.calls(server)).toEqual([]);
    await checks.decide(text, 'attack');
    await call;
    expect(records.calls(server)).toEqual([]);
    const line = await audited(server);
    expect(line).not.toHaveProperty('started_before_verdict');
  });
});
