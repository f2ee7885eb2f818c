import * as z from 'zod';
import type { McpConfig, ServerPart, VirtualServer } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { id, nonEmpty } from './schema-rules.js';

/** Globs over names: what is not chosen is not shown. */
const chosen = (): z.ZodOptional<z.ZodArray<z.ZodString>> =>
  z.array(nonEmpty()).min(1, { error: 'must name at least one; leave the member out to show none' }).optional();

const partSchema = z.strictObject({ tools: chosen(), prompts: chosen(), resources: chosen() });

/** `virtual_servers` of a config, by the name at which clients find each. */
export const virtualServersSchema = z.record(
  id(),
  z.strictObject({
    description: nonEmpty().max(8192, { error: 'must be at most 8192 characters' }).optional(),
    servers: z
      .record(nonEmpty(), partSchema)
      .refine((servers) => Object.keys(servers).length > 0, { error: 'must name at least one server' }),
  }),
);

export type VirtualServersSection = z.output<typeof virtualServersSchema>;
type PartSection = z.output<typeof partSchema>;

/** Absent when there is none. Warns of what cannot be shown as the servers are configured. @param names of all servers of the config */
export function resolveVirtualServers(
  section: VirtualServersSection | undefined,
  names: ReadonlySet<string>,
  path: ConfigPath,
  warnings: RawProblem[],
): Pick<McpConfig, 'virtualServers'> {
  if (section === undefined) return {};
  const virtualServers = new Map<string, VirtualServer>();
  for (const [name, { description, servers }] of Object.entries(section)) {
    const parts = new Map<string, ServerPart>();
    for (const [server, part] of Object.entries(servers)) {
      if (!names.has(server)) {
        const message = 'shows nothing: the config has no server of this name';
        warnings.push({ path: [...path, name, 'servers', server], message });
      }
      parts.set(server, partOf(part));
    }
    virtualServers.set(name, Object.freeze({ ...(description !== undefined && { description }), parts }));
  }
  return { virtualServers };
}

/** A server that nothing is chosen of is shown whole; else what is not chosen is not shown. */
function partOf({ tools, prompts, resources }: PartSection): ServerPart {
  const rest = tools === undefined && prompts === undefined && resources === undefined ? null : [];
  const orRest = (globs: readonly string[] | undefined): readonly string[] | null =>
    globs === undefined ? rest : Object.freeze([...globs]);
  return Object.freeze({ tools: orRest(tools), prompts: orRest(prompts), resources: orRest(resources) });
}
