/** What a server may ask the client for (2025-11-25, "Client Features"), as the operator says. */
export interface ClientRequestPolicy {
  readonly sampling: boolean;
  readonly elicitation: boolean;
  readonly roots: boolean;
  /** How long a client may take for one answer. */
  readonly timeoutMs: number;
}

/** What a server is told that the client can do. */
export interface DeclaredCapabilities {
  /** The same as bits, for keys. */
  readonly bits: number;
  /** As they stand in `initialize` or in the envelope of 2026-07-28. */
  readonly wire: Readonly<Record<string, unknown>>;
}

/** Stands in a config hash before the bits; no hash of a connection has it. */
const MARK = '~';

/** The config hash of a server as clients with these capabilities see it. */
export function hashFor(configHash: string, bits: number): string {
  return `${configHash}${MARK}${String(bits)}`;
}

/** The hash that stands in the config. */
export function hashInConfig(configHash: string): string {
  const end = configHash.indexOf(MARK);
  return end < 0 ? configHash : configHash.slice(0, end);
}
