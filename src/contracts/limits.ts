/** What is counted. `calls_per_day` is the quota; `concurrent` are the calls under way. */
export const LIMIT_KINDS = ['calls_per_minute', 'calls_per_day', 'bytes_per_minute', 'concurrent'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** Whom it is counted for. */
export type LimitScope = 'key' | 'user' | 'project' | 'server' | 'tool';

/** The numbers of one entity; a missing one is no limit. */
export type LimitValues = Readonly<Partial<Record<LimitKind, number>>>;

/** One number that a call needs room under. */
export interface Limit {
  readonly scope: LimitScope;
  readonly kind: LimitKind;
  readonly max: number;
  /** Names what is counted together, on every replica: scope, kind and ids as JSON. */
  readonly counter: string;
}

/** The limits of one server and of its tools, over all who call them. */
export interface ServerLimits {
  readonly server: readonly Limit[];
  /** The first whose globs cover a tool holds; every tool has counters of its own. */
  readonly tools: readonly { readonly tools: readonly string[]; readonly values: LimitValues }[];
  /** Config and server: the beginning of a tool's counter. */
  readonly place: readonly [configId: string, server: string];
}

/** The numbers of one entity as limits of its own counters. */
export function limitsOf(scope: LimitScope, ids: readonly string[], values: LimitValues): readonly Limit[] {
  return LIMIT_KINDS.flatMap((kind) => {
    const max = values[kind] ?? 0;
    return max === 0 ? [] : [Object.freeze({ scope, kind, max, counter: JSON.stringify([scope, kind, ...ids]) })];
  });
}
