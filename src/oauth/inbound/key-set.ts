import type { JWTVerifyGetKey } from 'jose';
import { GatewayError } from '../../errors.js';

/** More keys than any authorization server has; each is looked through for each new token. */
const MAX_KEYS = 100;
const KINDS = new Set(['RSA', 'EC', 'OKP']);
/** Members of a private or symmetric key (RFC 7518 §6). A key of which these are published signs nothing that can be believed. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

type Jwk = Readonly<Record<string, unknown>>;

/** The public signature keys of an issuer (RFC 7517), as of one fetch. */
export class KeySet {
  /** kid -> the material of its keys; under '' that of all, for tokens that name none. */
  private readonly prints: ReadonlyMap<string, string>;

  private constructor(
    keys: readonly Jwk[],
    readonly find: JWTVerifyGetKey,
  ) {
    const prints = new Map<string, string>([['', JSON.stringify(keys)]]);
    for (const key of keys) {
      if (typeof key.kid === 'string') prints.set(key.kid, `${prints.get(key.kid) ?? ''}${JSON.stringify(key)}`);
    }
    this.prints = prints;
  }

  /** @throws GatewayError upstream_protocol when there is no usable key in it */
  static async read(json: unknown): Promise<KeySet> {
    const list: unknown = isObject(json) ? json.keys : undefined;
    if (!Array.isArray(list) || list.length > MAX_KEYS) {
      throw new GatewayError('upstream_protocol', `The key set is no list of at most ${String(MAX_KEYS)} keys.`);
    }
    const keys = list.filter(isUsable).map(publicPart);
    if (keys.length === 0) throw new GatewayError('upstream_protocol', 'The key set has no public signature key.');
    const { createLocalJWKSet } = await import('jose');
    return new KeySet(keys, createLocalJWKSet({ keys }));
  }

  /** What a token's key is known by; undefined = there is no such key. */
  printOf(kid: string | undefined): string | undefined {
    return kid === '' ? undefined : this.prints.get(kid ?? '');
  }

  /** As many as are usable, each with its kid. */
  get size(): number {
    return this.prints.size - 1;
  }
}

function isObject(value: unknown): value is Jwk {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isUsable(key: unknown): key is Jwk {
  if (!isObject(key) || typeof key.kty !== 'string' || !KINDS.has(key.kty)) return false;
  if (SECRET_MEMBERS.some((member) => key[member] !== undefined)) return false;
  return key.use === undefined || key.use === 'sig';
}

/** Certificates and their addresses (`x5c`, `x5u`) are neither needed nor followed. */
function publicPart({ kty, kid, alg, use, crv, n, e, x, y }: Jwk): Jwk & { readonly kty: string } {
  const known = Object.entries({ kid, alg, use, crv, n, e, x, y }).filter(([, value]) => typeof value === 'string');
  return { ...Object.fromEntries(known), kty: kty as string };
}
