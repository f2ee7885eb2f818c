import * as z from 'zod';
import { oauthSchema } from './schema-upstream-oauth.js';
import { limitsSchema, toolLimitsSchema } from './schema-limits.js';
import { definitionPinning } from './schema-pinning.js';
import { toolOverrideSchema } from './tool-override.js';
import {
  disabledReason,
  isoTime,
  killSwitch,
  limitSeconds,
  nonEmpty,
  seconds,
  unsupportedFeature,
} from './schema-rules.js';

const SANDBOX_KEYS = [
  'runtime',
  'image',
  'memory_limit',
  'cpu_limit',
  'pids_limit',
  'network',
  'read_only',
  'allowed_env',
  'extra_ro_binds',
  'extra_rw_binds',
  'unshare_pid',
  'no_new_privileges',
  'minimal_mounts',
  'nova_api_url',
  'nova_socket',
];

const STDIO_ONLY = ['args', 'env'] as const;
const HTTP_ONLY = ['headers', 'transport'] as const;

/** One object rather than a union of two: a union answers a typing error with "invalid input" and no path. */
const connection = z
  .strictObject({
    command: nonEmpty().optional(),
    args: z.array(z.string()).optional(),
    env: z
      .record(z.string().regex(/^[^=\0]+$/, { error: 'is not a usable name of an environment variable' }), z.string())
      .optional(),
    url: nonEmpty().optional(),
    headers: z.record(nonEmpty(), z.string()).optional(),
    transport: z.enum(['streamable-http', 'sse']).optional(),
  })
  .superRefine((config, context) => {
    const both = config.command !== undefined && config.url !== undefined;
    if (both || (config.command === undefined && config.url === undefined)) {
      context.addIssue({
        code: 'custom',
        message: 'must have either command (a local process) or url (a remote server)',
      });
      return;
    }
    for (const key of config.command === undefined ? STDIO_ONLY : HTTP_ONLY) {
      if (config[key] === undefined) continue;
      const other = config.command === undefined ? 'command' : 'url';
      context.addIssue({ code: 'custom', path: [key], message: `belongs to a server with ${other}` });
    }
  })
  // The same rule for editors.
  .meta({
    oneOf: [
      { required: ['command'], ...forbidden(HTTP_ONLY) },
      { required: ['url'], ...forbidden(STDIO_ONLY) },
    ],
  });

function forbidden(names: readonly string[]) {
  return { not: { anyOf: names.map((name) => ({ required: [name] })) } };
}

/** A glob over tools, then member names, with dots between. */
const KEPT_PATH = /^[^.]+(?:\.[^.]+)+$/;

const policyBasics = {
  enabled: z.boolean(),
  provider: z.string().optional(),
  policy_name: z.string().default(''),
  block: z.array(z.string()).default([]),
  debug: z.boolean().optional(),
  fail_open: z.boolean().optional(),
};

const inputPolicy = z.strictObject({
  ...policyBasics,
  additional_config: z
    .strictObject({
      pii_redaction: z.boolean().default(false),
      pii_keep: z
        .array(z.string().regex(KEPT_PATH, { error: 'must be <tool>.<argument>, such as "send_email.to"' }))
        .optional(),
    })
    .prefault({}),
});

/** `additional_config` has no meaning here; some files carry one. */
const definitionPolicy = z.strictObject({ ...policyBasics, additional_config: z.unknown().optional() });

const outputPolicy = z.strictObject({
  ...policyBasics,
  additional_config: z
    .strictObject({
      relevancy: z.boolean().default(false),
      hallucination: z.boolean().default(false),
      adherence: z.boolean().default(false),
      relevancy_threshold: z.number().min(0).max(1).optional(),
      adherence_threshold: z.number().min(0).max(1).optional(),
    })
    .prefault({}),
});

/** Policies of some tools of a server in place of the server's own. */
const toolPolicies = z.strictObject({
  tools: z.array(nonEmpty()).min(1, { error: 'must name at least one tool' }),
  input_guardrails_policy: inputPolicy.optional(),
  output_guardrails_policy: outputPolicy.optional(),
});

/** Limits of one server in place of the gateway's own. */
const serverTimeouts = z.strictObject({
  tool_execution_timeout: limitSeconds().optional(),
  max_total_timeout: limitSeconds().optional(),
  discovery_timeout: limitSeconds().optional(),
  guardrail_timeout: limitSeconds().optional(),
});

/** What a server may ask the user's client for. Each gives it something, so each is off until the operator says otherwise (ADR 0026). */
const clientRequests = z.strictObject({
  sampling: z.boolean().default(false),
  elicitation: z.boolean().default(false),
  roots: z.boolean().default(false),
  timeout: seconds(300),
});

/** One server of a config: how it is reached, which tools it may show, and what is checked on the way in and out. */
export const serverSchema = z.strictObject({
  server_name: nonEmpty()
    .max(128, { error: 'must be at most 128 characters' })
    .regex(/^[^\p{Cc}]*$/u, { error: 'must not hold control characters' }),
  description: z.string().default(''),
  config: connection,
  ...killSwitch(),
  tools: z.record(nonEmpty(), z.string()).default({}),
  tool_overrides: z.record(nonEmpty(), toolOverrideSchema).optional(),
  disabled_tools: z.record(nonEmpty(), disabledReason()).optional(),
  prompts_and_resources: z.boolean().optional(),
  read_only_tools: z.array(nonEmpty()).optional(),
  affinity: z.enum(['principal', 'session', 'shared']).default('principal'),
  client_requests: clientRequests.optional(),
  timeout_settings: serverTimeouts.optional(),
  tool_timeouts: z.record(nonEmpty(), limitSeconds()).optional(),
  limits: limitsSchema.optional(),
  tool_limits: z.array(toolLimitsSchema).optional(),
  input_guardrails_policy: inputPolicy.optional(),
  output_guardrails_policy: outputPolicy.optional(),
  tool_guardrails_policy: definitionPolicy.optional(),
  tool_policies: z.array(toolPolicies).optional(),
  enable_server_info_validation: z.boolean().default(false),
  definition_pinning: definitionPinning,
  oauth_config: oauthSchema.optional(),
  sandbox: unsupportedFeature(SANDBOX_KEYS, 'set enabled to false or remove sandbox').optional(),
  managed_by: z.enum(['api']).optional(),
  created_at: isoTime().optional(),
  updated_at: isoTime().optional(),
});

export type ServerSection = z.output<typeof serverSchema>;
export type ConnectionSection = z.output<typeof connection>;
export type InputPolicySection = z.output<typeof inputPolicy>;
export type DefinitionPolicySection = z.output<typeof definitionPolicy>;
export type OutputPolicySection = z.output<typeof outputPolicy>;
