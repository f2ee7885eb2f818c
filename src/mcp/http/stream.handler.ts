import type { IncomingMessage, ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import { MODERN_VERSIONS } from '../protocol.js';
import type { ClientSession } from '../sessions/client-session.js';
import { SharedSessions } from '../shared-sessions.service.js';
import { attach } from './http-reply.js';
import { acceptedBy } from './media-type.js';
import { checkLegacyVersion, sessionIdOf } from './post.handler.js';
import { SseConnection } from './sse-connection.js';

/** GET (the standing stream of a session) and DELETE (its end); both exist in the 2025 era only. */
@Injectable()
export class StreamHandler {
  constructor(private readonly sessions: SharedSessions) {}

  /** @throws GatewayError method_not_allowed, not_acceptable, session_required, session_unknown, stream_conflict, invalid_request */
  async open(req: IncomingMessage, res: ServerResponse, caller: Caller): Promise<void> {
    refuseModern(req);
    const accepted = acceptedBy(req.headers.accept);
    if (!accepted.sse) throw new GatewayError('not_acceptable', 'The stream is text/event-stream; accept it.');
    const session = await this.sessions.find(sessionIdOf(req), caller.principal, caller.config?.view?.key);
    if (res.destroyed) return;
    const lastEventId = req.headers['last-event-id'];
    if (typeof lastEventId === 'string' && lastEventId !== '') {
      this.resume(res, session, lastEventId);
      return;
    }
    if (session.isListened) throw new GatewayError('stream_conflict', 'This session has a stream already.');
    this.listen(res, session);
  }

  /** @throws GatewayError method_not_allowed, session_required, session_unknown */
  async end(req: IncomingMessage, res: ServerResponse, caller: Caller): Promise<void> {
    refuseModern(req);
    const session = await this.sessions.find(sessionIdOf(req), caller.principal, caller.config?.view?.key);
    await this.sessions.end(session, 'The client ended the session.');
    res.writeHead(200, ['content-length', '0']);
    res.end();
  }

  /** Goes on with the one stream that the id names (2025-11-25, "Resumability and Redelivery"). @throws GatewayError invalid_request */
  private resume(res: ServerResponse, session: ClientSession, lastEventId: string): void {
    const events = session.openEvents();
    const found = events.find(lastEventId);
    if (found === undefined) {
      throw new GatewayError('invalid_request', 'Nothing is kept of the stream that Last-Event-ID names.');
    }
    if (found.log === events.standing()) this.listen(res, session, found.after);
    else attach(res, new SseConnection(res, []), found.log, session, found.after);
  }

  /** The session's standing stream. Who comes back with an event id takes it over: the other end of a broken connection shows late. */
  private listen(res: ServerResponse, session: ClientSession, after?: number): void {
    const log = session.openEvents().standing();
    session.listenTo(log);
    attach(res, new SseConnection(res, []), log, session, after);
    this.sessions.listens(session, true);
    res.once('close', () => {
      if (!session.isListened) this.sessions.listens(session, false);
    });
  }
}

function refuseModern(req: IncomingMessage): void {
  const version = req.headers['mcp-protocol-version'];
  if (typeof version === 'string' && MODERN_VERSIONS.includes(version)) {
    throw new GatewayError('method_not_allowed', 'This revision has no sessions: use POST.');
  }
  checkLegacyVersion(version);
}
