import type { DefaultConfig } from '../default-config.js';
import type { Json } from './document.js';

const ENTITIES = ['mcp_configs', 'projects', 'users', 'apikeys'] as const;

/**
 * Puts the configs, projects, users and keys of a new gateway in the place of those there are: one of each, and the echo server. The admin key
 * and the gateway's own settings stay, so that neither whoever resets nor what the operator allows is lost.
 */
export function reset(document: Json, made: DefaultConfig): void {
  for (const section of ENTITIES) document[section] = structuredClone(made.json[section]);
}
