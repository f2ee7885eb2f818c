import type { ServerResponse } from 'node:http';
import type { ServerEntry } from '../../../src/contracts/server-entry.js';
import { Discovery } from '../../../src/oauth/upstream/discovery/discovery.js';
import { MemoryVault, type TokenVault } from '../../../src/oauth/upstream/token-vault.js';
import { answerJson, ScriptedAuthorizationServer } from '../../support/scripted-authorization-server.js';
import { changed, type Json, load } from '../config/sample-config.js';

export const PATH_OF_RESOURCE = '/.well-known/oauth-protected-resource';
export const PATH_OF_ISSUER = '/.well-known/oauth-authorization-server';
export const GATEWAY = 'https://gateway.example.com';

/** What a path answers: a document, or anything else. */
type Page = Record<string, unknown> | ((response: ServerResponse) => void);

/** An MCP server and its authorization server, of which every answer can be changed. */
export class Neighbours {
  /** By path: what `mcp` and `as` answer; everything else is 404. */
  readonly mcpPages = new Map<string, Page>();
  readonly asPages = new Map<string, Page>();

  private constructor(
    readonly mcp: ScriptedAuthorizationServer,
    readonly as: ScriptedAuthorizationServer,
    /** Nobody has a right to be led there. */
    readonly stranger: ScriptedAuthorizationServer,
  ) {}

  static async start(): Promise<Neighbours> {
    const start = () => ScriptedAuthorizationServer.start();
    const own = new Neighbours(await start(), await start(), await start());
    serve(own.mcp, own.mcpPages);
    serve(own.as, own.asPages);
    own.mcpPages.set(`${PATH_OF_RESOURCE}/mcp`, own.resource());
    own.asPages.set(PATH_OF_ISSUER, own.issuer());
    let clients = 0;
    own.asPages.set('/register', (response) => {
      answerJson(response, 201, { client_id: `client-${String(++clients)}` });
    });
    return own;
  }

  get url(): string {
    return `${this.mcp.origin}/mcp`;
  }

  resource(more: Record<string, unknown> = {}): Record<string, unknown> {
    return { resource: this.url, authorization_servers: [this.as.origin], scopes_supported: ['read'], ...more };
  }

  issuer(more: Record<string, unknown> = {}): Record<string, unknown> {
    const at = this.as.origin;
    return {
      issuer: at,
      authorization_endpoint: `${at}/authorize`,
      token_endpoint: `${at}/token`,
      registration_endpoint: `${at}/register`,
      code_challenge_methods_supported: ['S256'],
      ...more,
    };
  }

  /** The server as a config resolves it. */
  entry(oauth?: Json, url = this.url): ServerEntry {
    const server = { server_name: 'notes', config: { url }, ...(oauth !== undefined && { oauth_config: oauth }) };
    const result = load(changed(['mcp_configs', 'c1', 'mcp_config', 1], server));
    const entry = result.ok ? result.snapshot.configs.get('c1')?.servers.get('notes') : undefined;
    if (entry === undefined) throw new Error(JSON.stringify(result));
    return entry;
  }

  paths(of: ScriptedAuthorizationServer): string[] {
    return of.seen.map(({ url }) => url);
  }

  async close(): Promise<void> {
    await Promise.all([this.mcp.close(), this.as.close(), this.stranger.close()]);
  }
}

function serve(server: ScriptedAuthorizationServer, pages: ReadonlyMap<string, Page>): void {
  server.behaviour = ({ url }, response) => {
    const page = pages.get(url);
    if (page === undefined) response.writeHead(404).end();
    else if (typeof page === 'function') page(response);
    else answerJson(response, 200, page);
  };
}

export function discoveryWith(
  more: { vault?: TokenVault; now?: () => number; publicUrl?: string | null } = {},
): Discovery {
  const { vault = new MemoryVault(), now, publicUrl = GATEWAY } = more;
  const log = { info: () => undefined, warn: () => undefined };
  return new Discovery({
    vault,
    deadlineMs: () => 10_000,
    publicUrl: () => publicUrl,
    log,
    ...(now === undefined ? {} : { now }),
  });
}
