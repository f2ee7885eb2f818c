import { randomUUID } from 'node:crypto';
import { OPERATOR_ID as OPERATOR, type Principal } from '../contracts/principal.js';
import type { McpConfig } from '../contracts/server-entry.js';

const run = randomUUID();

/**
 * Whoever runs this command line, for asking servers for their tools without a key: the config file, which such a person reads, says
 * how to reach them anyway. It can list and nothing else: no key stands behind it, so the guard refuses its calls. Its tenant is that
 * of this run, so that it shares no link and no cached list with anybody.
 */
export function operatorOf(config: McpConfig): Principal {
  return {
    keyId: OPERATOR,
    userId: OPERATOR,
    projectId: OPERATOR,
    configId: config.id,
    tenant: `${OPERATOR}_${run}_${config.id}`,
    scopes: [],
    expiresAt: null,
  };
}
