import { createHash } from 'node:crypto';
import { matches } from '../glob.js';
import type { Directory } from './directory.js';
import type { Draft } from './draft.js';
import type { RawProblem } from './problem.js';
import type { AccessSection } from './schema-access.js';
import type { InboundOAuthSection, TokenIssuerSection } from './schema-oauth.js';

/** One authorization server whose access tokens are taken, and how they are read. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** null = by the issuer's metadata. */
  readonly jwksUri: string | null;
  readonly algorithms: readonly string[];
  /** Values of `typ`, in lower case; `absent` = it may be missing. */
  readonly tokenTypes: ReadonlySet<string>;
  readonly requiredScopes: readonly string[];
  /** All that mean something here. */
  readonly scopesSupported: readonly string[];
  /** null = every client. */
  readonly allowedClients: ReadonlySet<string> | null;
  readonly claims: { readonly user: string; readonly project: string | null; readonly scopes: string };
  /** Value of the user claim -> user id; goes before the user ids and addresses themselves. */
  readonly users: ReadonlyMap<string, string>;
  /** For tokens that do not name one. */
  readonly project: string | null;
  readonly unverifiedEmail: boolean;
  readonly clockSkewSeconds: number;
  /** What a token with these scopes may do; undefined = scopes restrict nothing, null = none of them opens anything. */
  readonly accessOf: (scopes: readonly string[]) => AccessSection | undefined | null;
  /** All that a token with these scopes needs for a method; null = it has that, or no scope opens the method. */
  readonly scopesFor: (method: string, scopes: readonly string[]) => readonly string[] | null;
  /** Changes with every setting. */
  readonly fingerprint: string;
}

/** `inbound_oauth` of a snapshot. */
export interface InboundOAuth {
  /** Public URL of the MCP endpoint: what clients ask tokens for (RFC 8707) and what the metadata describe (RFC 9728). */
  readonly resource: string;
  /** By `iss`. */
  readonly issuers: ReadonlyMap<string, TokenIssuer>;
  readonly scopesSupported: readonly string[];
  readonly directory: Directory;
}

/** @returns null when access tokens are not taken */
export function resolveInboundOAuth(draft: Draft, directory: Directory, warnings: RawProblem[]): InboundOAuth | null {
  const section = draft.common?.inbound_oauth;
  if (section === undefined) return null;
  noteUnknownTargets(section, draft, warnings);
  const issuers = section.issuers.map((issuer) => tokenIssuer(issuer, section.resource));
  return Object.freeze({
    resource: section.resource,
    issuers: new Map(issuers.map((issuer) => [issuer.issuer, issuer])),
    scopesSupported: Object.freeze([...new Set(issuers.flatMap((issuer) => issuer.scopesSupported))]),
    directory,
  });
}

function tokenIssuer(section: TokenIssuerSection, resource: string): TokenIssuer {
  const audience = section.audience ?? resource;
  return Object.freeze({
    issuer: section.issuer,
    audience,
    jwksUri: section.jwks_uri ?? null,
    algorithms: Object.freeze([...section.algorithms]),
    tokenTypes: new Set(section.token_types.map((type) => type.toLowerCase())),
    requiredScopes: Object.freeze([...section.required_scopes]),
    scopesSupported: Object.freeze([...new Set([...section.required_scopes, ...Object.keys(section.scopes)])]),
    allowedClients: section.allowed_clients === undefined ? null : new Set(section.allowed_clients),
    claims: Object.freeze({ ...section.claims, project: section.claims.project ?? null }),
    users: new Map(Object.entries(section.users)),
    project: section.project ?? null,
    unverifiedEmail: section.unverified_email,
    clockSkewSeconds: section.clock_skew,
    accessOf: accessByScope(section.scopes),
    scopesFor: scopesByMethod(section.scopes),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([section, audience]))
      .digest('hex'),
  });
}

/**
 * What scopes open adds up: tools among those that scopes name tools for, methods among those that scopes name methods for. A kind that
 * no scope of the config speaks of is not restricted.
 */
function accessByScope(scopes: TokenIssuerSection['scopes']): TokenIssuer['accessOf'] {
  const table = new Map(Object.entries(scopes));
  if (table.size === 0) return () => undefined;
  const restrictsTools = [...table.values()].some(({ allow }) => allow !== undefined);
  const restrictsMethods = [...table.values()].some(({ methods }) => methods !== undefined);
  return (granted) => {
    const own = [...table].filter(([name]) => granted.includes(name)).map(([, access]) => access);
    if (own.length === 0) return null;
    return {
      ...(restrictsTools && { allow: own.flatMap(({ allow }) => allow ?? []) }),
      ...(restrictsMethods && { methods: own.flatMap(({ methods }) => methods ?? []) }),
      deny: [],
    };
  };
}

function scopesByMethod(scopes: TokenIssuerSection['scopes']): TokenIssuer['scopesFor'] {
  const table = Object.entries(scopes).filter(([, { methods }]) => methods !== undefined);
  return (method, granted) => {
    const opening = table
      .filter(([, { methods }]) => methods?.some((glob) => matches(glob, method)))
      .map(([name]) => name);
    if (opening.length === 0 || opening.some((name) => granted.includes(name))) return null;
    return [...new Set([...granted, ...opening])];
  };
}

/** As with keys, what is gone is refused and warned of: an administrator who removes a user must still be able to save the file. */
function noteUnknownTargets(section: InboundOAuthSection, draft: Draft, warnings: RawProblem[]): void {
  section.issuers.forEach((issuer, index) => {
    const at = ['common_mcp_gateway_config', 'inbound_oauth', 'issuers', index];
    if (issuer.project !== undefined && !draft.ids.projects.has(issuer.project)) {
      warnings.push({ path: [...at, 'project'], message: 'no such entry in projects' });
    }
    for (const [name, user] of Object.entries(issuer.users)) {
      if (draft.ids.users.has(user)) continue;
      warnings.push({ path: [...at, 'users', name], message: 'no such entry in users' });
    }
  });
}
