import { join } from 'node:path';
import { ElicitationCompleteNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { AskedClient } from '../support/asked-client.js';
import { eventually, ROOT, TestGateway } from '../support/gateway.js';

jest.setTimeout(30_000);

let gateway: TestGateway;
let client: AskedClient;

beforeAll(async () => {
  const extra = {
    client_requests: { elicitation: true },
    output_guardrails_policy: { enabled: true, policy_name: 'p', block: ['keyword_detector'] },
  };
  const config = { command: process.execPath, args: [join(ROOT, 'test', 'support', 'asking-server.mjs')] };
  gateway = await TestGateway.start({
    projects: [{ exposure: 'direct', servers: [{ name: 'checked', config, extra }] }],
    policies: { p: { detectors: { keyword_detector: { banned_keywords: ['forbidden'] } } } },
  });
  client = await AskedClient.connect(gateway);
});
afterAll(async () => {
  await client.close();
  await gateway.stop();
});

it('the end of an elicitation that nobody was asked for is text of the server like any other', async () => {
  const ended: string[] = [];
  client.client.setNotificationHandler(ElicitationCompleteNotificationSchema, ({ params }) => {
    ended.push(params.elicitationId);
  });
  for (const id of ['forbidden', 'fine']) expect(await client.call('checked__announce', id)).toBe('announced');
  await eventually(
    () => ended,
    (ids) => ids.includes('fine'),
  );
  expect(ended).toEqual(['fine']);
});
