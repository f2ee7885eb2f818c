import { hexOfStored, storedForm } from '../../config/key-hash.js';
import type { ConfigSnapshot, KeyRefusal } from '../../config/snapshot.js';
import type { Principal } from '../../contracts/principal.js';
import { GatewayError } from '../../errors.js';
import type { Identity } from './server-entry.js';

/** The caller that a key stands for, and whether its project has servers at all. */
export interface CheckedKey {
  readonly principal: Principal;
  readonly hasConfig: boolean;
}

const REFUSED: Readonly<Record<KeyRefusal, string>> = {
  disabled: 'is disabled there',
  user_disabled: 'belongs to a user who is disabled there',
  project_disabled: 'belongs to a project that is disabled there',
  no_user: 'belongs to a user that does not exist there any more',
  no_project: 'belongs to a project that does not exist there any more',
  not_a_member: 'belongs to a user who is not in the users of its project there',
};

/**
 * Judges a key and ids as the gateway would, before a client is told to use them.
 * @throws GatewayError `unauthenticated` saying why; this is the user's own file, so the reason is no secret here
 */
export function checkKey(snapshot: ConfigSnapshot, configPath: string, identity: Identity): CheckedKey {
  const record = snapshot.keys.get(hexOfStored(storedForm(identity.key)));
  if (record === undefined) throw refusal('is not in', configPath);
  if (record.status === 'refused') throw refusal(`is of no use with`, configPath, `: it ${REFUSED[record.reason]}`);
  if (record.expiresAt !== null && record.expiresAt <= Date.now()) {
    throw refusal('has expired in', configPath, `, on ${new Date(record.expiresAt).toISOString()}`);
  }
  const { principal } = record;
  if (identity.projectId !== undefined && identity.projectId !== principal.projectId) {
    throw refusal('belongs to another project in', configPath, ` than --project-id says: ${principal.projectId}`);
  }
  if (identity.userId !== undefined && identity.userId !== principal.userId) {
    throw refusal('belongs to another user in', configPath, ` than --user-id says: ${principal.userId}`);
  }
  return { principal, hasConfig: record.config !== null };
}

function refusal(fault: string, configPath: string, detail = ''): GatewayError {
  return new GatewayError(
    'unauthenticated',
    `The gateway key ${fault} ${configPath}${detail}. Nothing was changed. Give a key of that config, or another --config.`,
  );
}
