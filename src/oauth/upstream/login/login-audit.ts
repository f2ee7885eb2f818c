import { randomUUID } from 'node:crypto';
import type { Principal } from '../../../contracts/principal.js';
import { GatewayError } from '../../../errors.js';
import type { AuditLog } from '../../../telemetry/audit-log.js';
import { TokenError } from '../token-error.js';
import { VaultFault } from '../token-vault.js';
import { LoginError } from './login-error.js';

type Person = Omit<Principal, 'scopes' | 'expiresAt'>;

/** What somebody has done, in the place of a method of MCP. */
type Deed = 'oauth/login' | 'oauth/logout';

/** Lines about what people did with their logins, and about logins that were taken back from them. Never a token, a state or a code. */
export class LoginAudit {
  constructor(private readonly audit: Pick<AuditLog, 'record'>) {}

  /** @param error why it did not succeed; undefined = it did */
  loggedIn(whose: Person, server: string, error: unknown): void {
    this.write('oauth/login', whose, server, error === undefined ? [] : [reasonOf(error)]);
  }

  /** @param revoked whether the authorization server has confirmed it */
  loggedOut(whose: Person, server: string, revoked: boolean): void {
    this.write('oauth/logout', whose, server, [], revoked ? ['revoked'] : ['forgotten']);
  }

  private write(
    method: Deed,
    whose: Person,
    server: string,
    refusals: readonly string[],
    notes: readonly string[] = [],
  ): void {
    this.audit.record({
      requestId: randomUUID(),
      principal: { ...whose, scopes: [], expiresAt: null },
      ...{ era: null, method, server, tool: null, argsSha256: null },
      decision: refusals.length === 0 ? 'allowed' : 'refused',
      reasons: refusals.length === 0 ? notes : refusals,
      ...{ detectors: [], scannedChars: 0, upstreamMs: 0, totalMs: 0 },
    });
  }
}

/** One word; what the other side wrote stays out of the log. */
function reasonOf(error: unknown): string {
  if (error instanceof TokenError) return error.reason;
  if (error instanceof LoginError) return 'login_refused';
  if (error instanceof VaultFault) return 'vault';
  return error instanceof GatewayError ? error.code : 'internal';
}
