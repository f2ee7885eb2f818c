import type { TokenIssuer } from '../../config/inbound-oauth.js';
import type { ConfigSnapshot } from '../../config/snapshot.js';
import { GatewayError } from '../../errors.js';
import { fetchKeySet } from '../../oauth/inbound/issuer-metadata.js';
import { KeySet } from '../../oauth/inbound/key-set.js';
import { type Check, fail, ok } from './check.js';

const WHERE = 'common_mcp_gateway_config.inbound_oauth.issuers';
const UNREACHED = `Look at issuer (and jwks_uri, if it is set) in ${WHERE}, and whether this machine may reach it: DNS, firewall, proxy, and its certificate (NODE_EXTRA_CA_CERTS names a CA of your own).`;
const MISREAD = `issuer in ${WHERE} must be, letter by letter, the "issuer" of the metadata at /.well-known/openid-configuration or /.well-known/oauth-authorization-server; a server without metadata needs jwks_uri.`;
/** Deep enough for what undici wraps around a system error. */
const MAX_CAUSES = 5;

/** Every authorization server whose tokens are taken: whether it can be reached, is who the config says, and has keys to check with. */
export function checkIssuers({ inboundOAuth, settings }: ConfigSnapshot): Promise<readonly Check[]> {
  const issuers = [...(inboundOAuth?.issuers.values() ?? [])];
  return Promise.all(issuers.map((issuer) => checkIssuer(issuer, settings.timeouts.authMs)));
}

async function checkIssuer(issuer: TokenIssuer, timeoutMs: number): Promise<Check> {
  const name = `issuer ${issuer.issuer}`;
  const started = performance.now();
  try {
    const keys = await KeySet.read(await fetchKeySet(issuer, timeoutMs));
    const took = `${String(Math.round(performance.now() - started))} ms`;
    return ok(name, `${String(keys.size)} signature ${keys.size === 1 ? 'key' : 'keys'} (${took})`);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const code = systemCodeOf(error);
    const detail = `${error.message}${code === null ? '' : ` (${code})`} Its tokens cannot be checked`;
    return fail(name, detail, error.code === 'upstream_protocol' ? MISREAD : UNREACHED);
  }
}

/** `ECONNREFUSED`, `DEPTH_ZERO_SELF_SIGNED_CERT` and the like. */
function systemCodeOf(error: Error): string | null {
  let cause: unknown = error.cause;
  for (let i = 0; i < MAX_CAUSES && cause instanceof Error; i++, cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z][A-Z_]+$/.test(cause.code)) return cause.code;
  }
  return null;
}
