import { GatewayError } from '../../errors.js';
import type { Client } from './client-files.js';

/** How a client reaches the gateway: by starting it, or over HTTP. */
export type GatewayTarget =
  | {
      readonly kind: 'local';
      /** Absolute path of Node.js. */
      readonly node: string;
      /** Absolute path of the built command line. */
      readonly script: string;
      /** Absolute path of the gateway's config file. */
      readonly configPath: string;
    }
  | { readonly kind: 'remote'; readonly url: string };

/** What the client presents; the ids only if they are to be checked against the key. */
export interface Identity {
  readonly key: string;
  readonly projectId?: string;
  readonly userId?: string;
}

/** A server entry as the client's file holds it. */
export type ServerEntry = Readonly<Record<string, unknown>>;

const KEY_VARIABLE = 'ENKRYPT_GATEWAY_KEY';
const PROJECT_VARIABLE = 'ENKRYPT_PROJECT_ID';
const USER_VARIABLE = 'ENKRYPT_USER_ID';

/** The key as a reference that Claude Code fills in from its own environment: for files that are shared. */
export const KEY_REFERENCE = `\${${KEY_VARIABLE}}`;

/**
 * The entry in the client's own form. A key is never an argument: every user of the machine can read those.
 * @throws GatewayError `config_invalid` when a value would be taken for a variable by the client
 */
export function serverEntry(client: Client, target: GatewayTarget, identity: Identity): ServerEntry {
  refuseVariables(target.kind === 'local' ? [target.node, target.script, target.configPath] : [target.url]);
  if (target.kind === 'local') {
    return {
      ...(client === 'vscode' || client === 'claude-code' ? { type: 'stdio' } : {}),
      command: target.node,
      args: [target.script, 'stdio', '--config', target.configPath],
      env: variables(identity),
    };
  }
  switch (client) {
    case 'claude-desktop':
      return throughMcpRemote(target.url, identity);
    case 'cursor':
      return { url: target.url, headers: headers(identity) };
    case 'claude-code':
    case 'vscode':
      return { type: 'http', url: target.url, headers: headers(identity) };
  }
}

/**
 * Claude Desktop only starts processes. mcp-remote puts the variables in itself; no argument holds a space, because npx on Windows would
 * split it there.
 */
function throughMcpRemote(url: string, identity: Identity): ServerEntry {
  const env = variables(identity);
  const args = ['-y', 'mcp-remote', url, '--transport', 'http-only', '--header', `apikey:\${${KEY_VARIABLE}}`];
  if (identity.projectId !== undefined) args.push('--header', `project_id:\${${PROJECT_VARIABLE}}`);
  if (identity.userId !== undefined) args.push('--header', `user_id:\${${USER_VARIABLE}}`);
  if (url.startsWith('http:')) args.push('--allow-http');
  return { command: 'npx', args, env };
}

function variables({ key, projectId, userId }: Identity): Record<string, string> {
  return {
    [KEY_VARIABLE]: key,
    ...(projectId === undefined ? {} : { [PROJECT_VARIABLE]: projectId }),
    ...(userId === undefined ? {} : { [USER_VARIABLE]: userId }),
  };
}

function headers({ key, projectId, userId }: Identity): Record<string, string> {
  return {
    apikey: key,
    ...(projectId === undefined ? {} : { project_id: projectId }),
    ...(userId === undefined ? {} : { user_id: userId }),
  };
}

function refuseVariables(values: readonly string[]): void {
  const value = values.find((text) => text.includes('${'));
  if (value === undefined) return;
  throw new GatewayError(
    'config_invalid',
    `${value} holds "\${", which clients replace by a variable. Use a path or URL without it.`,
  );
}
