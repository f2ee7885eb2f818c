import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually, TestGateway } from '../support/gateway.js';
import {
  ABILITIES,
  type Ability,
  FILLED_IN,
  type HttpDoor,
  type InteropClient,
  SAMPLED,
} from '../support/interop/interop-client.js';
import { INTEROP_CLIENTS, type InteropRow } from '../support/interop/interop-clients.js';
import { ASKING_TOOLS, INTEROP_SERVERS, type InteropServer, serverHas } from '../support/interop/interop-servers.js';

jest.setTimeout(30_000);

const LONG = 'everything__trigger-long-running-operation';

let files: string;
let gateway: TestGateway;

beforeAll(async () => {
  files = mkdtempSync(join(tmpdir(), 'interop-'));
  const servers = INTEROP_SERVERS.map(({ name, options }) => ({ name, ...options(join(files, name)) }));
  // A key for each client, so that the audit log tells them apart.
  gateway = await TestGateway.start({ projects: [{ servers, exposure: 'direct', users: INTEROP_CLIENTS.length }] });
});

afterAll(async () => {
  await gateway.stop();
  rmSync(files, { recursive: true, force: true });
});

describe.each(INTEROP_CLIENTS)('$name', (row) => {
  const { name: clientName, lacks } = row;
  const user = INTEROP_CLIENTS.indexOf(row);
  let client: InteropClient;

  beforeAll(async () => {
    client = await row.open(doorOf(user));
  });
  afterAll(() => client.close());

  it('lists the tools of all servers', async () => {
    const asking = (['sampling', 'elicitation'] as const)
      .filter((ability) => !lacks.includes(ability))
      .map((ability) => `everything__${ASKING_TOOLS[ability]}`);
    const expected = INTEROP_SERVERS.flatMap(({ name, tools }) => tools.map((tool) => `${name}__${tool}`));
    expect([...(await client.list())].sort()).toEqual([...expected, ...asking].sort());
  });
});

function doorOf(user: number): HttpDoor {
  return { url: gateway.url, key: gateway.key(0, user) };
}
