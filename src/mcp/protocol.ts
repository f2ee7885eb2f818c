/** Protocol revisions the gateway speaks to clients (spec, "Versioning"). */
export const LEGACY_VERSIONS: readonly string[] = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'];
export const LATEST_LEGACY_VERSION = '2025-11-25';
export const MODERN_VERSIONS: readonly string[] = ['2026-07-28'];

/** Revisions that allow an array of messages in one POST. */
export const BATCH_VERSIONS: readonly string[] = ['2025-03-26', '2024-11-05'];

/** Keys of the 2026 envelope in `params._meta` (2026-07-28, "Request metadata"). */
export const META_PROTOCOL_VERSION = 'io.modelcontextprotocol/protocolVersion';
export const META_CLIENT_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
/** Which listen request a notification belongs to (2026-07-28, "Subscriptions"). */
export const META_SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';
export const META_SERVER_INFO = 'io.modelcontextprotocol/serverInfo';
export const META_PREFIX = 'io.modelcontextprotocol/';

export const SERVER_NAME = 'Enkrypt Secure MCP Gateway';

const CHECKED =
  'Every call is checked before it reaches a server, and every answer before it reaches you; a blocked call says which check refused it.';

export const INSTRUCTIONS =
  `This gateway connects you to the MCP servers of your project. ${CHECKED} Tools of the servers appear as server__tool; the enkrypt_* ` +
  'tools list servers, discover their tools and call several tools of one server in order.';

/** Of an endpoint that shows a part: there are no tools of the gateway's own. */
export const VIEW_INSTRUCTIONS = `A gateway stands between you and what is offered here. ${CHECKED}`;

/** Largest message of a client, as in the SDK (4 MiB). */
export const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
