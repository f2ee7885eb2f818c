import { AdministrationError } from './administration-error.js';
import { connectionsIn, type Placed as ConnectionPlace } from './connections-in.js';
import { canonical, type Json, objectOf, quoted, textOf } from './document.js';
import { refuseAddress, refuseReferences } from './upstream-permission.js';

const URLS = ['OAUTH_ISSUER', 'OAUTH_TOKEN_URL', 'OAUTH_AUTHORIZATION_URL', 'OAUTH_REVOCATION_URL'] as const;
/** Files are read with the rights of the gateway. */
const PATHS = [
  'OAUTH_CLIENT_CERT_PATH',
  'OAUTH_CLIENT_KEY_PATH',
  'OAUTH_CA_BUNDLE_PATH',
  'OAUTH_PRIVATE_KEY_PATH',
] as const;

interface Placed {
  readonly server: string;
  readonly connection: string;
  readonly oauth: Json;
}

/**
 * Refuses tokens that would go elsewhere than before: a server with `oauth_config` gets no other address or command over the API, and a
 * new `oauth_config` names public addresses and no files. References stay where they were: what they lead to is proof of the client, and
 * would be sent to the address beside them.
 * @throws AdministrationError `forbidden`
 */
export function refuseForbiddenOAuth(before: Json, after: Json, allowedHosts: ReadonlySet<string>): void {
  refuseMovedReferences(before, after);
  const old = placedIn(before);
  const known = new Set(old.map(({ connection, oauth }) => `${connection} ${canonical(oauth)}`));
  const settings = new Set(old.map(({ oauth }) => canonical(oauth)));
  for (const { server, connection, oauth } of placedIn(after)) {
    const text = canonical(oauth);
    if (known.has(`${connection} ${text}`)) continue;
    if (settings.has(text)) {
      throw new AdministrationError(
        'forbidden',
        `Server ${quoted(server)} has oauth_config: its tokens go to no other command or address by the API. Change it in the config file.`,
      );
    }
    for (const field of URLS) if (textOf(oauth[field]) !== '') refuseAddress(textOf(oauth[field]), allowedHosts);
    const path = PATHS.find((field) => textOf(oauth[field]) !== '');
    if (path === undefined) continue;
    throw new AdministrationError('forbidden', `${path} names a file, and can be set in the config file alone.`);
  }
}

/** Sections that are off count too: one could be turned off, moved to another address, and turned on there. */
function refuseMovedReferences(before: Json, after: Json): void {
  const old = sectionsIn(before);
  const known = new Set(old.map(({ connection, oauth }) => canonical([connection, oauth])));
  for (const { config, server, connection, oauth } of sectionsIn(after)) {
    if (known.has(canonical([connection, oauth]))) continue;
    const previous = old.find((each) => each.config === config && each.server === server);
    const isSame =
      previous !== undefined &&
      canonical(previous.connection) === canonical(connection) &&
      URLS.every((field) => canonical(previous.oauth[field]) === canonical(oauth[field]));
    for (const [field, value] of Object.entries(oauth)) refuseReferences(value, isSame ? previous.oauth[field] : null);
  }
}

function sectionsIn(document: Json): (Omit<ConnectionPlace, 'entry'> & { readonly oauth: Json })[] {
  return connectionsIn(document).map(({ entry, ...place }) => ({ ...place, oauth: objectOf(entry.oauth_config) }));
}

function placedIn(document: Json): Placed[] {
  return Object.values(objectOf(document.mcp_configs)).flatMap((json) => {
    const list = objectOf(json).mcp_config;
    return (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
      const { server_name, config, oauth_config: oauth } = objectOf(entry);
      if (objectOf(oauth).enabled !== true) return [];
      return [{ server: textOf(server_name), connection: canonical(config), oauth: objectOf(oauth) }];
    });
  });
}
