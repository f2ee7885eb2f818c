import { credentialsFromEnvironment } from '../../config/environment.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { AuthenticationError, type Caller } from '../../oauth/inbound/api-key.authenticator.js';
import type { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { THIS_MACHINE } from '../../oauth/inbound/client-address.js';
import { refusalOf } from '../key-refusals.js';
import { chooseConfig, configWithServer } from './config-servers.js';

/** Whom a test stands for, and what it tests. */
export interface TestTarget {
  /** null = there is no key: tools can be listed and not called. */
  readonly caller: Caller | null;
  readonly config: McpConfig;
  readonly server: ServerEntry;
}

/** What decides over the target. */
export interface TargetWords {
  readonly name: string;
  readonly mcpConfig: string | undefined;
  /** The variable that holds the key. */
  readonly keyEnv: string;
  readonly willCall: boolean;
}

/**
 * Who tests which server. A key that is set must be good for the server: falling back to no key would test something else than was
 * asked for.
 * @throws GatewayError unauthenticated, forbidden, unknown_server, config_invalid
 */
export async function targetOf(
  words: TargetWords,
  snapshot: ConfigSnapshot,
  authenticator: CallerAuthenticator,
): Promise<TestTarget> {
  const { name, mcpConfig, keyEnv } = words;
  const caller = await callerOf(keyEnv, authenticator);
  const all = [...snapshot.configs.values()];
  const wanted = mcpConfig === undefined ? undefined : chooseConfig(all, mcpConfig);
  if (caller === null && words.willCall) throw noCaller(keyEnv);
  if (caller !== null && wanted !== undefined && wanted.id !== caller.config?.id) {
    const own = caller.config === null ? 'no config' : `config ${JSON.stringify(caller.config.name)}`;
    throw new GatewayError(
      'forbidden',
      `The key in ${keyEnv} is of a project with ${own}, not ${JSON.stringify(wanted.name)}. Use a key of such a project.`,
    );
  }
  const pool = seenBy(caller) ?? (wanted === undefined ? all : [wanted]);
  const config = configWithServer(pool, ({ servers }) => servers.has(name), name, undefined);
  const server = config.servers.get(name);
  if (server === undefined) throw new GatewayError('unknown_server', `There is no server ${JSON.stringify(name)}.`);
  return { caller, config, server };
}

/** As its key sees it: what a key may not reach is not tested with it. Null without a key. */
function seenBy(caller: Caller | null): readonly McpConfig[] | null {
  if (caller === null) return null;
  return caller.config === null ? [] : [caller.config];
}

async function callerOf(keyEnv: string, authenticator: CallerAuthenticator): Promise<Caller | null> {
  const credentials = credentialsFromEnvironment({ ...process.env, ENKRYPT_GATEWAY_KEY: process.env[keyEnv] });
  if (credentials.key === undefined) return null;
  try {
    return await authenticator.authenticate(credentials, THIS_MACHINE);
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause;
    const { what, remedy } = refusalOf(cause.reason);
    throw new GatewayError('unauthenticated', `The key in ${keyEnv} ${what}. ${remedy}`, { cause });
  }
}

function noCaller(keyEnv: string): GatewayError {
  return new GatewayError(
    'unauthenticated',
    `A call needs a caller: set ${keyEnv} to a gateway key of a project that has this server. Without a key, tools can only be listed.`,
  );
}
