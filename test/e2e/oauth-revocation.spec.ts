import { afterEach, describe, expect, it } from '@jest/globals';
import { textOf } from '../support/answers.js';
import { eventually } from '../support/gateway.js';
import { LoginBrowser } from '../support/login-browser.js';
import { LoginGateway, linkIn } from '../support/login-gateway.js';

type Json = Record<string, Record<string, Record<string, unknown>>>;

let at: LoginGateway | null = null;
afterEach(async () => {
  await at?.stop();
  at = null;
});

/** Somebody who is logged in at the server. */
async function loggedIn(): Promise<LoginGateway> {
  at = await LoginGateway.start({ users: 2 });
  const session = await at.session();
  await new LoginBrowser().login(linkIn(textOf(await session.call('crm__whoami', {}))));
  expect(await answer()).toMatch(/^Bearer /);
  return at;
}

async function answer(): Promise<string> {
  const session = await at!.session();
  return textOf(await session.call('crm__whoami', {}));
}

/** Changes the config and waits until it is in force. */
async function change(edit: (json: Json) => void): Promise<void> {
  const { gateway } = at!;
  const before = gateway.stderr.length;
  gateway.edit((json) => {
    edit(json as Json);
  });
  await eventually(
    () => gateway.stderr.slice(before),
    (text) => text.includes('config_reloaded'),
  );
}

function removals(): readonly Record<string, unknown>[] {
  return at!.gateway.stderr
    .split('\n')
    .filter((line) => line.includes('"oauth_token_removed"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a login is taken back, here and at the authorization server,', () => {
  const REMOVALS: readonly (readonly [string, (json: Json, user: string, hash: string) => void])[] = [
    [
      'when the person leaves the project',
      (json, user) => {
        const [project] = Object.values(json.projects ?? {});
        const users = project?.users as string[];
        project!.users = users.filter((one) => one !== user);
      },
    ],
    [
      'when the last key of the person is deleted',
      (json, _user, hash) => {
        delete json.apikeys?.[hash];
      },
    ],
    [
      'when the server is removed',
      (json) => {
        for (const config of Object.values(json.mcp_configs ?? {})) config.mcp_config = [];
      },
    ],
    [
      'when the scopes of the server change',
      (json) => {
        for (const { mcp_config: servers } of Object.values(json.mcp_configs ?? {})) {
          const [server] = servers as { oauth_config: Record<string, unknown> }[];
          server!.oauth_config.OAUTH_SCOPE = 'mcp:use more';
        }
      },
    ],
  ];

  it.each(REMOVALS)('%s', async (_when, remove) => {
    const { gateway } = await loggedIn();
    const { userId, hash } = gateway.config.keys[0]![0]!;
    let kept = '';
    await change((json) => {
      kept = JSON.stringify(json);
      remove(json, userId, hash);
    });
    await eventually(removals, (lines) => lines.length > 0);
    expect(removals()).toMatchObject([{ server: 'crm', user: userId, revoked: true }]);
    // Whoever comes back has to log in again.
    await change((json) => {
      Object.assign(json, JSON.parse(kept));
    });
    expect(await answer()).toContain('you have to log in first');
  });
});

describe('a login is kept', () => {
  it('while the person or the server is only disabled, and when somebody else goes', async () => {
    const { gateway } = await loggedIn();
    const [[own, other] = []] = gateway.config.keys;
    const switched = (on: boolean) => (json: Json) => {
      json.users![own!.userId]!.disabled = on;
    };
    await change(switched(true));
    await change(switched(false));
    const server = (on: boolean) => (json: Json) => {
      for (const { mcp_config: servers } of Object.values(json.mcp_configs!)) {
        (servers as { disabled: boolean }[])[0]!.disabled = on;
      }
    };
    await change(server(true));
    await change(server(false));
    await change((json) => {
      delete json.apikeys?.[other!.hash];
    });
    expect(await answer()).toMatch(/^Bearer /);
    expect(removals()).toEqual([]);
  });

  it('until the server goes for good, also when it was disabled before', async () => {
    await loggedIn();
    await change((json) => {
      for (const { mcp_config: servers } of Object.values(json.mcp_configs!)) {
        (servers as { disabled: boolean }[])[0]!.disabled = true;
      }
    });
    await change((json) => {
      for (const config of Object.values(json.mcp_configs!)) config.mcp_config = [];
    });
    await eventually(removals, (lines) => lines.length === 1);
  });
});
