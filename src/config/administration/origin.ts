import { connectionsIn } from './connections-in.js';
import { canonical, type Json } from './document.js';

/** Member of a server entry that says whose it is; absent = the operator's own. */
const ORIGIN = 'managed_by';

/**
 * Marks the servers whose connection came in over the API, and no others: whatever a request says of it, what a connection may reach
 * depends on this mark, and only an edit of the file takes it away. A connection that the operator's own servers have is the operator's.
 */
export function markOrigins(before: Json, after: Json): void {
  const own = connectionsIn(before).filter(({ entry }) => entry[ORIGIN] !== 'api');
  const known = new Set(own.map(({ connection }) => canonical(connection)));
  for (const { connection, entry } of connectionsIn(after)) {
    if (known.has(canonical(connection))) Reflect.deleteProperty(entry, ORIGIN);
    else entry[ORIGIN] = 'api';
  }
}
