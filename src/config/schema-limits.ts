import * as z from 'zod';
import { nonEmpty } from './schema-rules.js';

/** 0 = none, also where the default has one. */
const count = z.number().int().min(0).max(1_000_000_000_000).optional();

const numbers = { calls_per_minute: count, calls_per_day: count, bytes_per_minute: count, concurrent: count };

/** What a key, a user, a project or a server may use. */
export const limitsSchema = z.strictObject(numbers);

/** What some tools of a server may use; each tool by itself. */
export const toolLimitsSchema = z.strictObject({
  tools: z.array(nonEmpty()).min(1, { error: 'must name at least one tool' }),
  ...numbers,
});

/** What each key, user, project, server and tool may use that says nothing of its own. */
export const defaultLimitsSchema = z
  .strictObject({
    key: limitsSchema.optional(),
    user: limitsSchema.optional(),
    project: limitsSchema.optional(),
    server: limitsSchema.optional(),
    tool: limitsSchema.optional(),
  })
  .prefault({});

export type LimitsSection = z.output<typeof limitsSchema>;
export type ToolLimitsSection = z.output<typeof toolLimitsSchema>;
export type DefaultLimitsSection = z.output<typeof defaultLimitsSchema>;
