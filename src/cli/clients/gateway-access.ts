import { locateConfig } from '../../config/locate.js';
import { loadConfigFile } from '../../config/config-file.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { CliIo } from '../cli-io.js';
import { requireConfig } from '../ensure-config.js';
import { cliScript } from '../package-root.js';
import { checkKey } from './check-key.js';
import { readGatewayKey } from './gateway-key.js';
import { type Account, type NewKey, planNewKey } from './new-key.js';
import { type GatewayTarget, type Identity, KEY_REFERENCE } from './server-entry.js';
import { nodePath } from './this-machine.js';

export interface AccessOptions {
  readonly config?: string;
  readonly url?: string;
  readonly keyEnv?: string;
  readonly keyFile?: string;
  readonly newKey?: boolean;
  readonly projectId?: string;
  readonly userId?: string;
  readonly scope: 'user' | 'project';
  readonly hooks?: boolean;
}

/** How the client is to reach the gateway, with the key judged as far as this machine can. */
export interface GatewayAccess {
  readonly target: GatewayTarget;
  readonly identity: Identity;
  /** The local config file; null when nothing needs it. */
  readonly configPath: string | null;
  /** Whom the key stands for; null when only the remote gateway knows. */
  readonly account: Account | null;
  /** The key that is still to be written into the config; null = an existing one. */
  readonly newKey: NewKey | null;
  readonly notes: readonly string[];
}

/** @throws GatewayError when there is no usable config or key; nothing was written then */
export async function resolveAccess(options: AccessOptions, io: CliIo): Promise<GatewayAccess> {
  const { url } = options;
  const config = url === undefined || options.hooks === true ? await localConfig(options.config) : null;
  const target: GatewayTarget =
    url === undefined
      ? { kind: 'local', node: nodePath(), script: cliScript(), configPath: config?.path ?? '' }
      : { kind: 'remote', url };
  const caller = await resolveCaller(options, url === undefined ? config : null, io);
  return { target, configPath: config?.path ?? null, ...caller };
}

interface LocalConfig {
  readonly path: string;
  readonly snapshot: ConfigSnapshot;
}

/** @param config null = the gateway is elsewhere */
async function resolveCaller(
  options: AccessOptions,
  config: LocalConfig | null,
  io: CliIo,
): Promise<Omit<GatewayAccess, 'target' | 'configPath'>> {
  if (options.scope === 'project') {
    const notes = [
      'The file is meant to be shared, so it names the variable ENKRYPT_GATEWAY_KEY and not the key. Set it where Claude Code starts.',
      ...(config === null ? [] : ['The entry holds paths of this machine; with --url it works for everybody.']),
    ];
    return { identity: withIds(KEY_REFERENCE, options), account: null, newKey: null, notes };
  }
  if (options.newKey === true && config !== null) {
    const newKey = await planNewKey(config.path, options);
    return {
      identity: withIds(newKey.key, options),
      account: newKey.account,
      newKey,
      notes: [newKeyNote(config.path)],
    };
  }
  const inputs = { environment: process.env, stdin: process.stdin, stderr: io.stderr };
  const identity = withIds(await readGatewayKey(options, inputs), options);
  if (config === null) {
    return { identity, account: null, newKey: null, notes: ['Only the gateway at that URL can check the key.'] };
  }
  const { principal, hasConfig } = checkKey(config.snapshot, config.path, identity);
  const notes = hasConfig
    ? []
    : [`Project ${principal.projectId} has no MCP config yet, so this client will see no servers.`];
  return { identity, account: principal, newKey: null, notes };
}

function newKeyNote(configPath: string): string {
  return `uninstall leaves the new key in ${configPath}; disable or delete it there when it is no longer used.`;
}

async function localConfig(flag: string | undefined): Promise<LocalConfig> {
  const location = locateConfig(flag);
  requireConfig(location, 'Make one with: secure-mcp-gateway generate-config');
  return { path: location.path, snapshot: await loadConfigFile(location.path) };
}

function withIds(key: string, { projectId, userId }: AccessOptions): Identity {
  return {
    key,
    ...(projectId === undefined ? {} : { projectId }),
    ...(userId === undefined ? {} : { userId }),
  };
}
