import * as z from 'zod';
import { nonEmpty } from './schema-rules.js';

const rule = z.strictObject({ server: nonEmpty().default('*'), tool: nonEmpty().default('*') });

/** Who may call what, of a project, a user or a key. All levels that have one must let a call through. */
export const accessSchema = z.strictObject({
  allow: z.array(rule).optional(),
  deny: z.array(rule).default([]),
  methods: z.array(nonEmpty()).optional(),
});

export type AccessSection = z.output<typeof accessSchema>;
