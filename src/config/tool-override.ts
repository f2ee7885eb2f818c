import * as z from 'zod';
import type { ServerEntry, ToolOverride } from '../contracts/server-entry.js';
import type { ConfigPath, RawProblem } from './problem.js';
import { nonEmpty } from './schema-rules.js';

/** What every client takes for the name of a tool; several model APIs refuse anything else. */
const SHOWN_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const OWN_PREFIX = 'enkrypt_';

/** What a tool is called and said to do in the place of what its server says; see {@link resolveOverrides}. */
export const toolOverrideSchema = z
  .strictObject({
    name: z
      .string()
      .regex(SHOWN_NAME, { error: 'must be 1 to 64 characters of a-z, A-Z, 0-9, _ and -' })
      .refine((name) => !name.startsWith(OWN_PREFIX), {
        error: `must not begin with ${OWN_PREFIX}: so the gateway's do`,
      })
      .optional(),
    title: nonEmpty().max(256, { error: 'must be at most 256 characters' }).optional(),
    description: nonEmpty().max(8192, { error: 'must be at most 8192 characters' }).optional(),
  })
  .refine((override) => Object.keys(override).length > 0, { error: 'must set name, title or description' });

type Section = Readonly<Record<string, z.output<typeof toolOverrideSchema>>>;

/**
 * The overrides of one server, checked against each other and against its allow-list.
 * @param listed keys of `tools`; none = every tool
 */
export function resolveOverrides(
  section: Section | undefined,
  listed: readonly string[],
  path: ConfigPath,
  { problems, warnings }: { readonly problems: RawProblem[]; readonly warnings: RawProblem[] },
): Pick<ServerEntry, 'toolOverrides' | 'renamedTools'> {
  const overrides = new Map(Object.entries(section ?? {}).map(([own, override]) => [own, present(override)]));
  if (overrides.size === 0) return {};
  // Every name that is known before the server is asked, and whose it is.
  const owners = new Map<string, string>();
  for (const own of [...overrides.keys(), ...listed]) {
    if (overrides.get(own)?.name === undefined) owners.set(own, own);
  }
  const renamed = new Map<string, string>();
  for (const [own, { name }] of overrides) {
    const at = [...path, 'tool_overrides', own];
    if (listed.length > 0 && !listed.includes(own)) {
      warnings.push({ path: at, message: 'has no effect: tools does not list this tool' });
    }
    if (name === undefined) continue;
    const taken = owners.get(name);
    if (taken !== undefined) {
      const message = `two tools of one server cannot have one name: ${JSON.stringify(taken)} has it already`;
      problems.push({ path: [...at, 'name'], message });
      continue;
    }
    owners.set(name, own);
    renamed.set(name, own);
  }
  return { toolOverrides: overrides, ...(renamed.size > 0 && { renamedTools: renamed }) };
}

function present({ name, title, description }: Section[string]): ToolOverride {
  return Object.freeze({
    ...(name !== undefined && { name }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
  });
}

/** What clients call a tool; undefined = the operator gave its name to another, so that nobody can call it. */
export function shownName({ toolOverrides, renamedTools }: ServerEntry, own: string): string | undefined {
  if (toolOverrides === undefined) return own;
  const name = toolOverrides.get(own)?.name;
  if (name !== undefined) return name;
  return renamedTools?.has(own) === true ? undefined : own;
}

/** The server's own name of what clients call so; undefined = nothing is called so. */
export function ownName({ toolOverrides, renamedTools }: ServerEntry, shown: string): string | undefined {
  if (toolOverrides === undefined) return shown;
  const own = renamedTools?.get(shown);
  if (own !== undefined) return own;
  return (toolOverrides.get(shown)?.name ?? shown) === shown ? shown : undefined;
}
