import { readFileSync, writeFileSync } from 'node:fs';
import type { TestGateway } from '../../support/gateway.js';
import { send } from '../../support/raw-http.js';
import type { Json, MetaClient } from './meta-client.js';

/** One problem or warning of a config file. */
export interface ConfigRemark {
  readonly path: string;
  readonly message: string;
}

export interface ConfigState {
  readonly ok: boolean;
  readonly revision: string;
  readonly problems: readonly ConfigRemark[];
  readonly warnings: readonly ConfigRemark[];
}

/** Which config is in force, as the gateway tells its administrator. */
export async function configState(gateway: TestGateway): Promise<ConfigState> {
  const response = await send(`${gateway.origin}/api/v1/config/status`, {
    method: 'GET',
    headers: ['Authorization', `Bearer ${gateway.config.adminKey}`],
  });
  if (response.status !== 200) throw new Error(`config status: ${response.text}`);
  return (response.json() as { data: { config: ConfigState } }).data.config;
}

/** Has the file read now: the tool answers once that is done. */
async function readNow(client: MetaClient): Promise<void> {
  await client.ok('enkrypt_clear_cache', { cache_type: 'gateway_config' });
}

/** Runs `work` with the file changed and puts the file back afterwards, whatever happened. */
async function withFile<T>(
  gateway: TestGateway,
  client: MetaClient,
  change: (json: Json) => void,
  work: (state: ConfigState, before: ConfigState) => Promise<T>,
): Promise<T> {
  const original = readFileSync(gateway.configPath);
  const before = await configState(gateway);
  if (!before.ok) throw new Error('the config is broken already');
  try {
    gateway.edit(change);
    await readNow(client);
    return await work(await configState(gateway), before);
  } finally {
    writeFileSync(gateway.configPath, original);
    await readNow(client);
    await mustBe(gateway, before.revision);
  }
}

async function mustBe(gateway: TestGateway, expected: string): Promise<void> {
  const { ok, revision } = await configState(gateway);
  if (!ok || revision !== expected) throw new Error('the config could not be put back');
}

/** Runs `work` with a changed config in force; fails when the gateway does not take it over. */
export function withConfig<T>(
  gateway: TestGateway,
  client: MetaClient,
  change: (json: Json) => void,
  work: (state: ConfigState) => Promise<T>,
): Promise<T> {
  return withFile(gateway, client, change, (state, before) => {
    if (!state.ok) throw new Error(`refused: ${JSON.stringify(state.problems)}`);
    if (state.revision === before.revision) throw new Error('the change changed nothing');
    return work(state);
  });
}

/** The problems for which a change is refused; runs `meanwhile` while the last good config stays in force. */
export function refusedChange(
  gateway: TestGateway,
  client: MetaClient,
  change: (json: Json) => void,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly ConfigRemark[]> {
  return withFile(gateway, client, change, async (state, before) => {
    if (state.ok) throw new Error('the change was taken over');
    if (state.revision !== before.revision) throw new Error('another config is in force');
    await meanwhile();
    return state.problems;
  });
}

/** The member `common_mcp_gateway_config` of a config file. */
export function common(json: Json): Json {
  return json.common_mcp_gateway_config as Json;
}

/** The server of that name, in whichever config it is. */
export function serverEntry(json: Json, name: string): Json {
  const configs = Object.values(json.mcp_configs as Record<string, { mcp_config: Json[] }>);
  const found = configs.flatMap(({ mcp_config: servers }) => servers).find(({ server_name }) => server_name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
}

/** A section of `plugins`. */
export function plugin(json: Json, name: string): Json {
  const plugins = json.plugins as Json;
  plugins[name] ??= {};
  return plugins[name] as Json;
}
