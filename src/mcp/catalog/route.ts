import type { ServerEntry } from '../../contracts/server-entry.js';
import type { CatalogTool } from './catalog.js';

/** Where a call goes: the server and the tool as that server calls it. */
export interface Route {
  readonly server: ServerEntry;
  readonly tool: CatalogTool;
}
