import { hashFor } from '../../contracts/client-requests.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { declaredOf, permittedBits } from './client-capabilities.js';

/** Configs and entries are new objects after a reload, so nothing here gets stale; bits have few values. */
const configs = new WeakMap<McpConfig, Map<number, McpConfig>>();
const entries = new WeakMap<ServerEntry, Map<number, ServerEntry>>();

/**
 * A config as clients with these capabilities see it. A server that may ask such a client for something is another one to it: its
 * tools may differ (servers show those that need a capability only when it is declared), and its link is its own. So it has another
 * config hash, and with that a catalog and links apart from those of clients that declare nothing.
 */
export function configFor(config: McpConfig, bits: number): McpConfig {
  return remembered(configs, config, bits, () => {
    const servers = new Map<string, ServerEntry>();
    let isSame = true;
    for (const [name, server] of config.servers) {
      const own = entryFor(server, bits);
      servers.set(name, own);
      isSame &&= own === server;
    }
    return isSame ? config : Object.freeze({ ...config, servers });
  });
}

function entryFor(server: ServerEntry, bits: number): ServerEntry {
  const { clientRequests } = server;
  const declared = clientRequests === undefined ? 0 : bits & permittedBits(clientRequests);
  if (declared === 0) return server;
  return remembered(entries, server, declared, () =>
    Object.freeze({
      ...server,
      declared: declaredOf(declared),
      affinity: 'session' as const,
      configHash: hashFor(server.configHash, declared),
    }),
  );
}

function remembered<T extends object>(known: WeakMap<T, Map<number, T>>, of: T, bits: number, make: () => T): T {
  let byBits = known.get(of);
  if (byBits === undefined) known.set(of, (byBits = new Map<number, T>()));
  let made = byBits.get(bits);
  if (made === undefined) byBits.set(bits, (made = make()));
  return made;
}
