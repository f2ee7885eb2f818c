import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { InboundOAuth } from '../../config/inbound-oauth.js';
import type { GatewayError } from '../../errors.js';
import { AuthenticationError } from './api-key.authenticator.js';
import { InsufficientScopeError } from './token-refusal.js';

export const WELL_KNOWN = '/.well-known/oauth-protected-resource';
const BEARER = 'Bearer realm="secure-mcp-gateway"';

/** What the gateway says of itself as a protected resource: metadata (RFC 9728) and challenges (RFC 6750 §3). */
@Injectable()
export class ProtectedResource {
  constructor(private readonly configStore: ConfigStore) {}

  /** Serves the metadata. @returns false when there is nothing of it at this path */
  serve(req: IncomingMessage, res: ServerResponse): boolean {
    const oauth = this.configStore.current().inboundOAuth;
    const [path] = (req.url ?? '').split('?', 1);
    if (oauth === null || (path !== WELL_KNOWN && path !== `${WELL_KNOWN}/mcp` && path !== metadataPath(oauth))) {
      return false;
    }
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD', 'content-type': 'application/json' });
      res.end('{"message":"Use GET."}');
      return true;
    }
    const body = JSON.stringify(metadataOf(oauth));
    res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-cache',
    });
    res.end(req.method === 'HEAD' ? undefined : body);
    return true;
  }

  /** The WWW-Authenticate value of a refusal. It tells what to ask for, and nothing of what exists. */
  challenge(error: GatewayError): string {
    const oauth = this.configStore.current().inboundOAuth;
    if (oauth === null) return BEARER;
    const metadata = `resource_metadata="${new URL(oauth.resource).origin}${metadataPath(oauth)}"`;
    if (error instanceof InsufficientScopeError) {
      return [BEARER, 'error="insufficient_scope"', ...scopeOf(error.scopes), metadata].join(', ');
    }
    if (error.code !== 'unauthenticated') return BEARER;
    // RFC 6750 §3.1: a request without credentials gets no error code.
    const isBare = error instanceof AuthenticationError && error.reason === 'no_key';
    return [BEARER, ...(isBare ? [] : ['error="invalid_token"']), ...scopeOf(oauth.scopesSupported), metadata].join(
      ', ',
    );
  }
}

/** Names in config are of visible ASCII without quotes, so that nothing has to be escaped. */
function scopeOf(scopes: readonly string[]): readonly string[] {
  return scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`];
}

/** RFC 9728 §3.1: between the host of the resource and its path. */
function metadataPath({ resource }: InboundOAuth): string {
  return WELL_KNOWN + new URL(resource).pathname.replace(/^\/$/, '');
}

function metadataOf({ resource, issuers, scopesSupported }: InboundOAuth): Readonly<Record<string, unknown>> {
  return {
    resource,
    authorization_servers: [...issuers.keys()],
    bearer_methods_supported: ['header'],
    ...(scopesSupported.length > 0 && { scopes_supported: scopesSupported }),
    resource_name: 'Secure MCP Gateway',
  };
}
