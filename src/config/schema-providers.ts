import * as z from 'zod';
import { PROVIDER_TYPES } from '../contracts/remote-check.js';
import { cap, limitSeconds, nonEmpty } from './schema-rules.js';

/** Settings of a remote provider; those of the main one stand in `plugins.guardrails.config` itself. */
export const providerShape = {
  api_key: z.string().optional(),
  base_url: z.string().optional(),
  timeout: limitSeconds().default(10),
  fail_open: z.boolean().default(false),
  max_concurrent_requests: cap(32),
  signing_secret: z.string().optional(),
  model: nonEmpty().optional(),
};

/** A provider beside the main one, under a name of its own. */
export const namedProvider = z.strictObject({ type: z.enum(PROVIDER_TYPES), ...providerShape });

/** A step of a local policy that asks a provider. */
export const remoteStep = z.strictObject({ provider: nonEmpty(), policy_name: nonEmpty().optional() });

export type ProviderSection = Omit<z.output<typeof namedProvider>, 'type'>;
export type RemoteStepSection = z.output<typeof remoteStep>;
