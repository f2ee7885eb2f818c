import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { parseAddress } from '../../src/config/postgres/database-address.js';
import { openDatabase } from '../../src/config/postgres/open-database.js';
import { PostgresRepository } from '../../src/config/postgres/postgres-repository.js';
import { AdminClient } from '../support/admin-client.js';
import { textOf } from '../support/answers.js';
import { buildConfig, eventually, TestGateway } from '../support/gateway.js';
import { LoginBrowser } from '../support/login-browser.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres.js';
import { RawSession } from '../support/raw-http.js';

jest.setTimeout(60_000);

let server: PostgresServer;
let folder: string;
let repository: PostgresRepository;
let at: LoginGateway;
let admin: AdminClient;

const idOf = (user: number): string => at.gateway.config.keys[0]![user]!.hash.slice('sha256:'.length).slice(0, 12);
const whoami = async (user: number): Promise<string> => textOf(await (await at.session(user)).call('crm__whoami', {}));
const removals = (): string[] => at.gateway.stderr.split('\n').filter((line) => line.includes('"oauth_token_removed"'));

describeWithPostgres('logins of people whose keys are in PostgreSQL', () => {
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smg-logins-'));
    const url = await server.database();
    const database = await openDatabase(parseAddress(url, 'the URL'));
    repository = new PostgresRepository(database, join(folder, 'config.json'));
    const config = buildConfig({ projects: [{ servers: [], users: 2 }] });
    await repository.change((document) => Object.assign(document, config.json));
    const environment = () => ({ ENKRYPT_DATABASE_URL: url });
    const gateway = await TestGateway.startWith({ ...config, json: {} }, [], environment);
    at = await LoginGateway.start({ elsewhere: { gateway, edit: (change) => repository.change(change) } });
    admin = new AdminClient(gateway);
    for (const user of [0, 1]) {
      await new LoginBrowser().login(linkIn(await whoami(user)));
      expect(await whoami(user)).toMatch(/^Bearer /);
    }
  });
  afterEach(async () => {
    await at.stop();
    await repository.close();
    rmSync(folder, { recursive: true });
  });

  it('are taken back with their last key, and nobody else’s', async () => {
    const { userId } = at.gateway.config.keys[0]![0]!;
    expect(await admin.status('DELETE', `/api-keys/${idOf(0)}`)).toBe(200);
    const [line] = await eventually(removals, (lines) => lines.length > 0);
    expect(JSON.parse(line!)).toMatchObject({ server: 'crm', user: userId, revoked: true });
    expect(await whoami(1)).toMatch(/^Bearer /);
    expect(removals()).toHaveLength(1);
  });

  it('stay while another key is left, when a key is rotated, and when one is only disabled', async () => {
    const { key } = await admin
      .data<{ api_key: string }>('POST', `/users/user0.0%40example.com/api-keys`, { project_name: 'project_0' })
      .then(({ api_key }) => ({ key: api_key }));
    expect(await admin.status('DELETE', `/api-keys/${idOf(0)}`)).toBe(200);
    const { new_api_key: rotated } = await admin.data<{ new_api_key: string }>('POST', '/api-keys/rotate', {
      api_key: key,
    });
    const session = await RawSession.open(at.gateway.url, rotated);
    expect(textOf(await session.call('crm__whoami', {}))).toMatch(/^Bearer /);
    expect(await admin.status('POST', `/api-keys/${idOf(1)}/disable`)).toBe(200);
    expect(await admin.status('POST', `/api-keys/${idOf(1)}/enable`)).toBe(200);
    expect(await whoami(1)).toMatch(/^Bearer /);
    // Told after all of the above, if any of it were told.
    const last = await repository.change((document) => {
      for (const { mcp_config: servers } of Object.values(
        document.mcp_configs as Record<string, { mcp_config: object[] }>,
      ))
        servers.length = 0;
    });
    expect(last.revision).toMatch(/^[0-9a-f]{16}$/);
    await eventually(removals, (lines) => lines.length === 2);
  });
});
