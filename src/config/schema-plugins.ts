import * as z from 'zod';
import { PROVIDER_TYPES } from '../contracts/remote-check.js';
import { DEFAULT_SCAN_BUDGET } from '../contracts/scan-budget.js';
import { detectorsSchema } from './schema-detectors.js';
import { namedProvider, providerShape, remoteStep } from './schema-providers.js';
import { nonEmpty, notSupportedYet, seconds, unsupportedSwitch } from './schema-rules.js';

const auth = z
  .strictObject({
    provider: z
      .enum(['local_apikey', 'enkrypt'])
      .refine((provider) => provider === 'local_apikey', {
        error: notSupportedYet('use "local_apikey": keys are checked against this file'),
      })
      .default('local_apikey')
      .meta({ const: 'local_apikey' }),
    config: z
      .strictObject({
        api_key: z.string().optional(),
        base_url: z.string().optional(),
        use_remote_config: unsupportedSwitch('set it to false: keys are checked against this file'),
        timeout: seconds(10),
      })
      .prefault({}),
  })
  .prefault({});

/** A name in messages and a label of metrics. */
const providerName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, {
  error: 'must be 1 to 64 letters, digits, dots, hyphens or underscores',
});

const policy = z.strictObject({ detectors: detectorsSchema, remote: z.array(remoteStep).max(8).optional() });

const guardrails = z
  .strictObject({
    provider: z.enum(['local', ...PROVIDER_TYPES]).default('local'),
    config: z
      .strictObject({
        policies: z.record(nonEmpty(), policy).default({}),
        providers: z.record(providerName, namedProvider).default({}),
        ...providerShape,
        max_scan_chars: z.number().int().min(1_024).max(1_073_741_824).default(DEFAULT_SCAN_BUDGET.maxChars),
        on_truncated: z.enum(['block', 'allow']).default(DEFAULT_SCAN_BUDGET.onTruncated),
      })
      .prefault({}),
  })
  .prefault({});

const telemetry = z
  .strictObject({
    provider: z.enum(['opentelemetry', 'otel']).default('opentelemetry'),
    config: z
      .strictObject({
        enabled: z.boolean().default(false),
        url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).default('http://localhost:4317'),
        insecure: z.boolean().default(true),
        service_name: nonEmpty().default('secure-mcp-gateway'),
        job_name: z.string().default('enkryptai'),
        sample_ratio: z.number().min(0).max(1).default(1),
        logs: z.boolean().default(true),
      })
      .prefault({}),
  })
  .prefault({});

/** `plugins`: who identifies, who checks, who is told. */
export const pluginsSchema = z.strictObject({ auth, guardrails, telemetry });

export type PluginsSection = z.output<typeof pluginsSchema>;
export type PolicyDefinition = z.output<typeof policy>;
