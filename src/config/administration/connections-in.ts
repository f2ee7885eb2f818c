import { type Json, objectOf, textOf } from './document.js';

/** A connection and where it stands. */
export interface Placed {
  readonly config: string;
  readonly server: string;
  readonly connection: Json;
  /** What is changed in it is changed in the document. */
  readonly entry: Json;
}

/** The connections of all servers of a document. */
export function connectionsIn(document: Json): Placed[] {
  return Object.entries(objectOf(document.mcp_configs)).flatMap(([config, json]) => {
    const list = objectOf(json).mcp_config;
    return (Array.isArray(list) ? list : []).map((item: unknown) => {
      const entry = objectOf(item);
      return { config, server: textOf(entry.server_name), connection: objectOf(entry.config), entry };
    });
  });
}
