import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildConfig, ROOT, TestGateway } from '../support/gateway.js';
import { Processes } from '../support/mcp-clients.js';
import { askModern, firstText, stateOf, toolParams } from '../support/modern-client.js';

jest.setTimeout(60_000);

const ASKING = join(ROOT, 'test', 'support', 'asking-server.mjs');
const ROUNDS = join(ROOT, 'test', 'support', 'rounds-server.mjs');
const FILLED = { action: 'accept', content: { note: 'fine' } };

const processes = new Processes();
let gateways: TestGateway[] = [];
let alone: TestGateway;

beforeAll(async () => {
  const [older, newer] = await Promise.all([processes.listen(ASKING), processes.listen(ROUNDS)]);
  const extra = { client_requests: { elicitation: true } };
  const config = buildConfig({
    projects: [
      {
        exposure: 'direct',
        servers: [
          { name: 'older', config: { url: older }, extra },
          { name: 'newer', config: { url: newer }, extra },
        ],
      },
    ],
    // States need no Redis, only the secret that replicas share: nobody listens there.
    common: { enkrypt_mcp_use_external_cache: true, enkrypt_cache_host: '127.0.0.1', enkrypt_cache_port: 1 },
  });
  const start = (secret: string): Promise<TestGateway> =>
    TestGateway.startWith(config, [], () => ({ ENKRYPT_CACHE_KEY: secret.repeat(32) }));
  [alone, ...gateways] = await Promise.all([start('b'), start('a'), start('a')]);
});
afterAll(async () => {
  await Promise.all([...gateways, alone].map((gateway) => gateway.stop()));
  await processes.close();
});

/** The answer of `to` to the retry of a request that was begun at the first gateway. */
async function retriedAt(to: TestGateway | undefined, name: string): Promise<Record<string, unknown>> {
  const [first] = gateways;
  if (first === undefined || to === undefined) throw new Error('a gateway is missing');
  const requestState = stateOf(await askModern(first, { params: toolParams(name) }));
  const inputResponses = { form: FILLED, 'request-1': FILLED };
  return askModern(to, { params: toolParams(name, 'hello', { requestState, inputResponses }) });
}

describe('a request that another replica began', () => {
  it('is gone on with where the secret is the same', async () => {
    expect(firstText(await retriedAt(gateways[1], 'newer__elicit'))).toContain('state of hello');
  });

  it('is refused where the secret is another', async () => {
    expect(await retriedAt(alone, 'newer__elicit')).toMatchObject({ error: { code: -32602 } });
  });

  it('is refused with the reason when its call waits there', async () => {
    expect(await retriedAt(gateways[1], 'older__elicit')).toMatchObject({
      error: { code: -32602, message: expect.stringContaining('waits in another process of the gateway') },
    });
  });
});
