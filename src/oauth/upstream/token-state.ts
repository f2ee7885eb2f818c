import type { GatewayError } from '../../errors.js';
import type { StoredToken } from './stored-token.js';
import { TokenError } from './token-error.js';

/** What there is of a token, without it. */
export interface TokenState {
  /** `none` = nobody has asked for it yet; `expiring` = it is renewed with the next call. */
  readonly status: 'none' | 'valid' | 'expiring' | 'expired' | 'login_required' | 'failed';
  readonly scopes: readonly string[];
  /** Epoch milliseconds; null = there is none. */
  readonly expiresAt: number | null;
  readonly refreshable: boolean;
  /** One word; null = the last attempt was none or succeeded. */
  readonly lastError: string | null;
}

/** @param bufferMs before its end it is renewed; @param wall epoch milliseconds */
export function tokenState(
  stored: StoredToken | null,
  failure: GatewayError | undefined,
  { isLogin, bufferMs, wall }: { readonly isLogin: boolean; readonly bufferMs: number; readonly wall: number },
): TokenState {
  const lastError = failure === undefined ? null : failure instanceof TokenError ? failure.reason : failure.code;
  if (stored === null) {
    const status = isLogin ? 'login_required' : failure === undefined ? 'none' : 'failed';
    return { status, scopes: [], expiresAt: null, refreshable: false, lastError };
  }
  const { scopes, expiresAt, lifeMs, refreshToken } = stored;
  const refreshable = !isLogin || refreshToken !== null;
  const status = stateAt(expiresAt - wall, Math.min(bufferMs, lifeMs / 2));
  if (status !== 'valid' && lastError !== null) return { status: 'failed', scopes, expiresAt, refreshable, lastError };
  return {
    status: status === 'expired' && !refreshable ? 'login_required' : status,
    scopes,
    expiresAt,
    refreshable,
    lastError,
  };
}

function stateAt(leftMs: number, bufferMs: number): 'valid' | 'expiring' | 'expired' {
  return leftMs <= 0 ? 'expired' : leftMs <= bufferMs ? 'expiring' : 'valid';
}
