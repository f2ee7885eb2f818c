import type { ClientSession } from './client-session.js';

/** What another replica needs to go on with a session. Nothing in it opens anything: whoever uses it has to prove the key first. */
export interface SessionRecord {
  readonly keyId: string;
  readonly tenant: string;
  readonly protocolVersion: string;
  readonly initialized: boolean;
  /** As bits of what the client declared. */
  readonly declared: number;
  readonly elicitsUrls: boolean;
  readonly logLevel: string | null;
  /** The server whose endpoint it was opened at; null = that of all. */
  readonly view: string | null;
}

export function recordOf(session: ClientSession): SessionRecord {
  const { principal, protocolVersion, initialized, declared, elicitsUrls, logLevel, view } = session;
  const { keyId, tenant } = principal;
  const said = { logLevel: logLevel ?? null, view: view ?? null };
  return { keyId, tenant, protocolVersion, initialized, declared, elicitsUrls, ...said };
}

/** The record in a value of outside origin; null when it is none of ours. */
export function asSessionRecord(value: unknown): SessionRecord | null {
  if (typeof value !== 'object' || value === null) return null;
  const { keyId, tenant, protocolVersion, initialized, declared, elicitsUrls, logLevel, view } =
    value as Partial<SessionRecord>;
  const texts = [keyId, tenant, protocolVersion, logLevel ?? '', view ?? ''].every((text) => typeof text === 'string');
  const flags = [initialized, elicitsUrls].every((flag) => typeof flag === 'boolean');
  const isBits = Number.isSafeInteger(declared) && (declared ?? -1) >= 0;
  return texts && flags && isBits ? (value as SessionRecord) : null;
}
