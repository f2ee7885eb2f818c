import type { MetaAnswer } from '../schemas/answers.js';

/** A spoilt answer, and in what it differs from the real one. */
export interface Mutation {
  readonly what: string;
  readonly answer: MetaAnswer;
}

type Container = Record<string, unknown> | unknown[];

/** What belongs to the caller or to a server, or is data: any member may be there or not, with any value. */
const FOREIGN: readonly RegExp[] = [
  /\.enkrypt_mcp_data\.args\./,
  /\.tools\[\d+\]\.(?!(name|description|inputSchema)$)/,
  /\.content\[\d+\]\./,
  /\.structured_content\./,
  /\.results\[\d+\]\.error\.data$/,
  /\.results\[\d+\]\.error\.data\./,
];

/** Members that an answer may lack; the second half are places kept for what is added later (see the schemas). */
const OPTIONAL: readonly RegExp[] = [
  ...FOREIGN,
  /\.tools\[\d+\]\.(description|inputSchema)$/,
  /\.results\[\d+\]\.(content|structured_content)$/,
  /\.(available_servers|servers|active_operations)\.[^.]+$/,
  /\.(available_servers\.[^.]+|server_info)\.(tool_guardrails_policy|blocked_(tools|count|reasons))$/,
  /_guardrail_response\.(processing_time_ms|metadata\.enkrypt_response)$/,
  /\.gateway_specific\.config\.expires_(at|in_hours)$/,
  /\.global\.external_cache(\.reason)?$/,
  /\.timeout_metrics\.failed_operations$/,
  /\.timeout_config\.(escalation_policies|servers)$/,
  /\.timeout_config\.servers\.[^.]+\.\w+/,
];

/** Objects that may have members of any name. */
const EXTENSIBLE: readonly RegExp[] = [
  /\.enkrypt_mcp_data\.args(\.|\[|$)/,
  /\.tools\[\d+\]/,
  /\.content\[\d+\]/,
  /\.structured_content(\.|\[|$)/,
  /\.results\[\d+\]\.error\.data/,
  /\.tool_guardrails_policy$/,
];

/**
 * Every way in which one member of the answer can be missing, of another type, or one too many, and the error mark turned round.
 * A validator that takes any of them is too lax.
 */
export function mutationsOf(answer: MetaAnswer): Mutation[] {
  const mutations: Mutation[] = [{ what: 'isError turned', answer: { ...answer, isError: !answer.isError } }];
  const spoil = (what: string, path: readonly (string | number)[], change: (at: Container) => void): void => {
    const copy = structuredClone(answer);
    let at: unknown = copy;
    for (const step of path) at = (at as Record<string | number, unknown>)[step];
    change(at as Container);
    mutations.push({ what, answer: copy });
  };
  walk(answer.payload, ['payload'], spoil);
  return mutations;
}

function walk(
  value: unknown,
  path: readonly (string | number)[],
  spoil: (what: string, path: readonly (string | number)[], change: (at: Container) => void) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  const here = written(path);
  if (!Array.isArray(value) && !matches(here, EXTENSIBLE)) {
    spoil(`${here} with a member more`, path, (at) => {
      (at as Record<string, unknown>).unheard_of = true;
    });
  }
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    const step = Array.isArray(value) ? Number(name) : name;
    const place = written([...path, step]);
    if (!Array.isArray(value) && !matches(place, OPTIONAL)) {
      spoil(`without ${place}`, path, (at) => Reflect.deleteProperty(at, name));
    }
    if (!matches(place, FOREIGN)) {
      spoil(`${place} of another type`, path, (at) => {
        (at as Record<string | number, unknown>)[step] = ofAnotherType(inner);
      });
    }
    walk(inner, [...path, step], spoil);
  }
}

function ofAnotherType(value: unknown): unknown {
  if (value === null) return {};
  return typeof value === 'string' ? 7 : 'x';
}

function written(path: readonly (string | number)[]): string {
  return path.map((step) => (typeof step === 'number' ? `[${String(step)}]` : `.${step}`)).join('');
}

function matches(path: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(path));
}
