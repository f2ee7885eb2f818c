import { readFile } from 'node:fs/promises';
import { makeKey } from '../../config/administration/api-keys.js';
import { parseConfigText } from '../../config/config-text.js';
import { readDraft } from '../../config/draft.js';
import { storedForm } from '../../config/key-hash.js';
import { updateConfigFile } from '../../config/update-config-file.js';
import { GatewayError } from '../../errors.js';
import { isRecord } from './recognise-entry.js';

export interface Account {
  readonly userId: string;
  readonly projectId: string;
}

/** A key that was made up and that the gateway does not know yet. */
export interface NewKey {
  readonly key: string;
  readonly account: Account;
  /** Writes the key's hash into the config file. */
  readonly register: () => Promise<void>;
  /** Takes it out again, when the client's file could not be written. */
  readonly withdraw: () => Promise<void>;
}

/**
 * A fresh key for a member of a project: those named, else the first project that has members, and its first member.
 * @throws GatewayError `config_invalid` when there is no such member
 */
export async function planNewKey(configPath: string, wanted: Partial<Account>): Promise<NewKey> {
  const account = await memberOf(configPath, wanted);
  const key = makeKey();
  const stored = storedForm(key);
  return {
    key,
    account,
    register: async () => {
      const section = { project_id: account.projectId, user_id: account.userId, created_at: new Date().toISOString() };
      await updateConfigFile(configPath, (config) => ({
        ...config,
        apikeys: { ...keysOf(config), [stored]: section },
      }));
    },
    withdraw: async () => {
      await updateConfigFile(configPath, (config) => {
        const { [stored]: removed, ...apikeys } = keysOf(config);
        return removed === undefined ? config : { ...config, apikeys };
      });
    },
  };
}

async function memberOf(configPath: string, wanted: Partial<Account>): Promise<Account> {
  const parsed = parseConfigText(await readFile(configPath));
  const { projects } = readDraft('fault' in parsed ? {} : parsed.value);
  for (const [projectId, { users }] of projects) {
    if (wanted.projectId !== undefined && wanted.projectId !== projectId) continue;
    const userId = users.find((user) => wanted.userId === undefined || wanted.userId === user);
    if (userId !== undefined) return { projectId, userId };
  }
  const who = wanted.userId === undefined ? 'a member' : `the member ${wanted.userId}`;
  const where = wanted.projectId === undefined ? 'no project' : `no project ${wanted.projectId}`;
  throw new GatewayError(
    'config_invalid',
    `There is ${where} with ${who} in ${configPath}, so no key was made. Add the user to a project, or correct --project-id and --user-id.`,
  );
}

function keysOf(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return isRecord(config.apikeys) ? config.apikeys : {};
}
