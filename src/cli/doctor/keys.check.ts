import { credentialsFromEnvironment } from '../../config/environment.js';
import type { ConfigSnapshot, KeyRecord } from '../../config/snapshot.js';
import { GatewayError } from '../../errors.js';
import { AuthenticationError } from '../../oauth/inbound/api-key.authenticator.js';
import type { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { THIS_MACHINE } from '../../oauth/inbound/client-address.js';
import { refusalOf } from '../key-refusals.js';
import { type Check, fail, ok, warn } from './check.js';

const VARIABLE = 'ENKRYPT_GATEWAY_KEY';
const NEW_KEY = 'Add a key for a member of a project to apikeys, or make a new config with generate-config.';

/** Whether anybody can connect, and which keys of the file open nothing. */
export function checkKeys(snapshot: ConfigSnapshot, now = Date.now()): Check {
  const counts = { usable: 0, expired: 0, disabled: 0, orphaned: 0 };
  for (const record of snapshot.keys.values()) counts[stateOf(record, now)]++;
  const { usable, expired, disabled, orphaned } = counts;
  const detail = [
    `${String(usable)} usable`,
    ...(expired > 0 ? [`${String(expired)} expired`] : []),
    ...(disabled > 0 ? [`${String(disabled)} disabled`] : []),
    ...(orphaned > 0 ? [`${String(orphaned)} without a member of a project`] : []),
  ].join(', ');
  if (usable === 0 && snapshot.inboundOAuth !== null) return ok('keys', `${detail}; access tokens are taken`);
  if (usable === 0) return fail('keys', `${detail}: nobody can connect`, NEW_KEY);
  if (orphaned > 0)
    return warn('keys', detail, 'config validate names them: add their user to the project, or remove them.');
  if (expired > 0) return warn('keys', detail, 'Remove the expired keys from apikeys, or move their expires_at.');
  return ok('keys', detail);
}

function stateOf(record: KeyRecord, now: number): 'usable' | 'expired' | 'disabled' | 'orphaned' {
  if (record.status === 'refused') return record.reason.endsWith('disabled') ? 'disabled' : 'orphaned';
  return record.expiresAt !== null && record.expiresAt <= now ? 'expired' : 'usable';
}

/** Who the key in the environment is, as the stdio door would tell; null when none is set. */
export async function checkCaller(authenticator: CallerAuthenticator): Promise<Check | null> {
  try {
    const credentials = credentialsFromEnvironment();
    if (credentials.key === undefined) return null;
    const { principal, config } = await authenticator.authenticate(credentials, THIS_MACHINE);
    const who = `project ${principal.projectId}, user ${principal.userId}`;
    if (config === null) {
      return warn(VARIABLE, `${who}, but the project has no config`, 'Set mcp_config_id of the project.');
    }
    return ok(VARIABLE, `${who}, config ${config.name} with ${String(config.servers.size)} servers`);
  } catch (error) {
    if (error instanceof AuthenticationError) {
      const { what, remedy } = refusalOf(error.reason);
      return fail(VARIABLE, what, remedy);
    }
    if (!(error instanceof GatewayError)) throw error;
    return fail(VARIABLE, error.message, 'Set it to a gateway key as generate-config printed it.');
  }
}
