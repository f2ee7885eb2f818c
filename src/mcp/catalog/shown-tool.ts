import type { Tool } from '@modelcontextprotocol/server';
import { shownName } from '../../config/tool-override.js';
import type { ServerEntry } from '../../contracts/server-entry.js';

/** A definition as clients see it: the server's, with what the operator put in the place of its name, title and description. */
export function shownDefinition(server: ServerEntry, definition: Tool): Tool {
  const override = server.toolOverrides?.get(definition.name);
  if (override === undefined) return definition;
  const { title } = override;
  const { annotations } = definition;
  // Revisions before 2025-06-18 have the title there.
  const retitled = title !== undefined && annotations?.title !== undefined;
  return { ...definition, ...override, ...(retitled && { annotations: { ...annotations, title } }) };
}

/** The same of those tools of a server that have a name to be called by. */
export function shownDefinitions(server: ServerEntry, definitions: Iterable<Tool>): Tool[] {
  const shown: Tool[] = [];
  for (const definition of definitions) {
    if (shownName(server, definition.name) !== undefined) shown.push(shownDefinition(server, definition));
  }
  return shown;
}
