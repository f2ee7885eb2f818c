import {
  type Limit,
  LIMIT_KINDS,
  type LimitScope,
  limitsOf,
  type LimitValues,
  type ServerLimits,
} from '../contracts/limits.js';
import type { DefaultLimitsSection, LimitsSection, ToolLimitsSection } from './schema-limits.js';

/** One of key, user and project: its id and what it says of its limits. */
interface Level {
  readonly scope: LimitScope;
  readonly id: string;
  readonly own: LimitsSection | undefined;
}

/** What a caller's key, user and project may use; undefined = nothing is limited, so that a call asks one question only. */
export function callerLimits(
  levels: readonly Level[],
  defaults: DefaultLimitsSection | undefined,
): readonly Limit[] | undefined {
  const limits = levels.flatMap(({ scope, id, own }) => limitsOf(scope, [id], merged(own, defaults?.[scope])));
  return limits.length === 0 ? undefined : Object.freeze(limits);
}

/** What a server and its tools may be used; undefined = as much as anybody likes. */
export function serverLimits(
  place: readonly [configId: string, server: string],
  section: {
    readonly limits?: LimitsSection | undefined;
    readonly tool_limits?: readonly ToolLimitsSection[] | undefined;
  },
  defaults: DefaultLimitsSection | undefined,
): ServerLimits | undefined {
  const server = limitsOf('server', place, merged(section.limits, defaults?.server));
  const own = (section.tool_limits ?? []).map(({ tools, ...numbers }) => ({
    tools,
    values: merged(numbers, defaults?.tool),
  }));
  const tools = [...own, { tools: ['*'], values: merged(undefined, defaults?.tool) }];
  if (server.length === 0 && tools.every(({ values }) => Object.keys(values).length === 0)) return undefined;
  return Object.freeze({ server, tools, place });
}

/** Number by number: what an entity says stands in the place of the default, and 0 is no limit. */
function merged(own: LimitsSection | undefined, defaults: LimitsSection | undefined): LimitValues {
  return Object.fromEntries(
    LIMIT_KINDS.flatMap((kind) => {
      const max = own?.[kind] ?? defaults?.[kind] ?? 0;
      return max === 0 ? [] : [[kind, max]];
    }),
  );
}
