import * as z from 'zod';
import { id, nonEmpty } from './schema-rules.js';

/**
 * What a resource server may take (RFC 9068 §4 with RFC 8725 §3.1): signatures that only the issuer can make. Algorithms with a shared
 * secret and `none` are not in here, so no config can switch them on.
 */
const TOKEN_ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

/** Hosts that http may be used with: nobody is in between (RFC 8252 §7.3, §8.3). */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const URL_RULE = 'must be an https URL without user, query and fragment (http for this machine alone)';

function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  // A bare `?` or `#` leaves no trace in the parsed parts. Quotes and backslashes would have to be escaped in a challenge.
  if (username !== '' || password !== '' || /[?#"\\\s]/.test(text)) return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

export const ORIGIN_RULE = 'must be scheme, host and port alone, with https (http for this machine alone)';

/** An address without path: `https://gateway.example.com`. */
export function isOrigin(text: string): boolean {
  return isSafeUrl(text) && new URL(text).pathname === '/';
}

function safeUrl() {
  return z.string().max(1024).refine(isSafeUrl, { error: URL_RULE }).meta({ format: 'uri' });
}

/** RFC 6749 §3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
const SCOPE_RULE = 'must be 1 to 128 visible ASCII characters without space, quote and backslash';

function scopeName() {
  return z.string().regex(SCOPE, { error: SCOPE_RULE });
}

const scopeAccess = z.strictObject({
  allow: z.array(z.strictObject({ server: nonEmpty().default('*'), tool: nonEmpty().default('*') })).optional(),
  methods: z.array(nonEmpty()).optional(),
});

const claims = z
  .strictObject({
    user: nonEmpty().default('sub'),
    project: nonEmpty().optional(),
    scopes: nonEmpty().default('scope'),
  })
  .prefault({});

const issuerSchema = z.strictObject({
  issuer: safeUrl(),
  audience: nonEmpty().optional(),
  jwks_uri: safeUrl().optional(),
  algorithms: z
    .array(z.enum(TOKEN_ALGORITHMS))
    .min(1, { error: 'must name at least one algorithm' })
    .default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  token_types: z
    .array(z.enum(['at+jwt', 'JWT', 'absent']))
    .min(1, { error: 'must name at least one type' })
    .default(['at+jwt', 'JWT']),
  required_scopes: z.array(scopeName()).default([]),
  scopes: z.record(scopeName(), scopeAccess).default({}),
  allowed_clients: z.array(nonEmpty()).optional(),
  claims,
  users: z.record(nonEmpty(), id()).default({}),
  project: id().optional(),
  unverified_email: z.boolean().default(false),
  clock_skew: z.number().min(0).max(300).default(30),
});

function refuseRepeated(issuers: readonly { readonly issuer: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  issuers.forEach(({ issuer }, index) => {
    if (seen.has(issuer)) context.addIssue({ code: 'custom', path: [index, 'issuer'], message: 'stands here twice' });
    seen.add(issuer);
  });
}

/** `inbound_oauth`: whose access tokens are taken as credentials. */
export const inboundOAuthSchema = z.strictObject({
  resource: safeUrl(),
  issuers: z
    .array(issuerSchema)
    .min(1, { error: 'must have at least one issuer' })
    .max(16, { error: 'must have at most 16 issuers' })
    .superRefine(refuseRepeated),
});

export type InboundOAuthSection = z.output<typeof inboundOAuthSchema>;
export type TokenIssuerSection = InboundOAuthSection['issuers'][number];
