import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import { MODERN_VERSIONS } from '../protocol.js';
import { SessionStore } from '../sessions/session-store.js';
import { HttpReply } from './http-reply.js';
import { acceptedBy } from './media-type.js';
import { checkLegacyVersion, sessionIdOf } from './post.handler.js';

/** GET (the standing stream of a session) and DELETE (its end); both exist in the 2025 era only. */
@Injectable()
export class StreamHandler {
  constructor(private readonly sessions: SessionStore) {}

  /** @throws GatewayError method_not_allowed, not_acceptable, session_required, session_unknown, stream_conflict */
  open(req: IncomingMessage, res: ServerResponse, caller: Caller): void {
    refuseModern(req);
    const accepted = acceptedBy(req.headers.accept);
    if (!accepted.sse) throw new GatewayError('not_acceptable', 'The stream is text/event-stream; accept it.');
    const session = this.sessions.find(sessionIdOf(req), caller.principal, caller.config?.view);
    if (session.notify !== undefined) throw new GatewayError('stream_conflict', 'This session has a stream already.');
    const reply = new HttpReply(res, accepted, []);
    session.notify = reply.notify;
    session.closeStream = () => {
      reply.close();
    };
    reply.startStream();
    res.once('close', () => {
      session.notify = undefined;
      session.closeStream = undefined;
    });
  }

  /** @throws GatewayError method_not_allowed, session_required, session_unknown */
  end(req: IncomingMessage, res: ServerResponse, caller: Caller): void {
    refuseModern(req);
    this.sessions.end(
      this.sessions.find(sessionIdOf(req), caller.principal, caller.config?.view),
      'The client ended the session.',
    );
    res.writeHead(200, ['content-length', '0']);
    res.end();
  }
}

function refuseModern(req: IncomingMessage): void {
  const version = req.headers['mcp-protocol-version'];
  if (typeof version === 'string' && MODERN_VERSIONS.includes(version)) {
    throw new GatewayError('method_not_allowed', 'This revision has no sessions: use POST.');
  }
  checkLegacyVersion(version);
}
