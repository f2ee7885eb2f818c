import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { documentAt, PATH_OF_METADATA } from './client-metadata.js';
import { GatewayAddress } from './gateway-address.js';

const MAX_AGE_S = 3_600;

/** Where authorization servers read who the gateway is as their client. It tells nothing that is not in every login. */
@Injectable()
export class ClientMetadataDoor {
  constructor(private readonly address: GatewayAddress) {}

  /** @returns false when there is nothing of it at this path */
  serve(req: IncomingMessage, res: ServerResponse): boolean {
    const [path = ''] = (req.url ?? '').split('?', 1);
    const origin = this.address.publicUrl;
    if (!path.startsWith(PATH_OF_METADATA) || origin === null) return false;
    const document = documentAt(path, origin);
    if (document === undefined) return false;
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { allow: 'GET, HEAD' }).end();
      return true;
    }
    const body = JSON.stringify(document);
    res.writeHead(200, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'cache-control': `public, max-age=${String(MAX_AGE_S)}`,
    });
    res.end(req.method === 'HEAD' ? undefined : body);
    return true;
  }
}
