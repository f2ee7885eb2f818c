import * as z from 'zod';
import { nonEmpty, unsupportedSwitch } from './schema-rules.js';

const client = {
  enabled: z.boolean(),
  policy_name: z.string().default(''),
  block: z.array(z.string()).default([]),
  sensitive_tools: z.array(nonEmpty().max(128, { error: 'must be at most 128 characters' })).default([]),
  on_failure: z.enum(['closed', 'open']).default('closed'),
};

/** `hooks`: what the hook command checks for each client that calls it. */
export const hooksSchema = z.strictObject({
  'claude-code': z
    .strictObject({
      ...client,
      additional_config: z.strictObject({ pii_redaction: z.boolean().default(false) }).prefault({}),
    })
    .optional(),
  cursor: z
    .strictObject({
      ...client,
      additional_config: z
        .strictObject({
          pii_redaction: unsupportedSwitch(
            'set it to false and put "pii" into block: the hooks used here cannot rewrite',
          ),
        })
        .prefault({}),
    })
    .optional(),
});

export type HooksSection = z.output<typeof hooksSchema>;
