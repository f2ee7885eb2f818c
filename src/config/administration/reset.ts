import type { Json } from './document.js';

const EMPTIED = ['mcp_configs', 'projects', 'users', 'apikeys'] as const;

/** Empties the document of configs, projects, users and keys. The admin key and the gateway's own settings stay. */
export function reset(document: Json): void {
  for (const section of EMPTIED) document[section] = {};
}
