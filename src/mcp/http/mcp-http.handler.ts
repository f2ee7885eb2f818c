import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { GatewayError, toGatewayError } from '../../errors.js';
import { RateLimitError } from '../../limits/rate-limit-error.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { type Credentials, credentialsFromHeaders } from '../../oauth/inbound/credentials.js';
import { LOGGER } from '../../telemetry/logger.js';
import { AdmissionLog } from '../admission-log.js';
import { surfaceOf } from '../error-map.js';
import { encodeResponse, failure } from '../rpc-response.js';
import { endAfterBody } from './body.js';
import { HostPolicy } from './host-policy.js';
import { PostHandler } from './post.handler.js';
import { callerAt, type Endpoint, endpointAt } from './endpoint.js';
import { StreamHandler } from './stream.handler.js';

/** Headers of a refusal whose request may not have been read to its end. */
const CLOSE = ['connection', 'close'];
const NO_HEADERS: readonly string[] = [];
const REFUSAL_HEADERS: ReadonlyMap<number, readonly string[]> = new Map([
  [405, ['allow', 'POST, GET, DELETE']],
  [503, ['retry-after', '1']],
]);

/**
 * The `/mcp` endpoint on node:http, taken before Nest's HTTP adapter (architecture D2). The order is the security:
 * Host and Origin, then who calls, and only then is anything of the body read.
 */
@Injectable()
export class McpHttpHandler {
  private active = 0;
  private onIdle: (() => void) | undefined;
  private draining = false;

  constructor(
    private readonly hosts: HostPolicy,
    private readonly authenticator: CallerAuthenticator,
    private readonly post: PostHandler,
    private readonly streams: StreamHandler,
    private readonly admissions: AdmissionLog,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Serves one request; never throws and never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): void {
    try {
      this.hosts.check(req.headers.host, req.headers.origin);
      if (this.draining) throw drains();
      const credentials = credentialsFromHeaders(req.headers, req.rawHeaders);
      const found = this.authenticator.authenticate(credentials, req);
      if (found instanceof Promise) this.admitLater(req, res, credentials, found);
      else this.admit(req, res, credentials, found);
    } catch (error) {
      this.refuse(req, res, error);
    }
  }

  /** Stops taking requests and waits for those under way, at most this long. */
  async drain(timeoutMs: number): Promise<void> {
    this.draining = true;
    if (this.active === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.onIdle = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private admit(req: IncomingMessage, res: ServerResponse, credentials: Credentials, caller: Caller): void {
    this.admissions.admitted();
    this.route(req, res, caller, () => this.authenticator.renew(caller, credentials, req));
  }

  /** The body waits unread meanwhile, and a client may go away. */
  private admitLater(
    req: IncomingMessage,
    res: ServerResponse,
    credentials: Credentials,
    found: Promise<Caller>,
  ): void {
    found
      .then((caller) => {
        if (res.destroyed || req.destroyed) return;
        if (this.draining) throw drains();
        this.admit(req, res, credentials, caller);
      })
      .catch((error: unknown) => {
        this.refuse(req, res, error);
      });
  }

  private route(
    req: IncomingMessage,
    res: ServerResponse,
    caller: Caller,
    renewed: () => Caller | Promise<Caller>,
  ): void {
    const endpoint = endpointAt(req.url ?? '/');
    switch (req.method) {
      case 'POST':
        this.active++;
        this.post
          .handle(req, res, endpoint === undefined ? renewed : () => later(renewed(), endpoint))
          .catch((error: unknown) => {
            this.refuse(req, res, error);
          })
          .finally(() => {
            if (--this.active === 0) this.onIdle?.();
          });
        return;
      case 'GET':
        this.streams.open(req, res, callerAt(caller, endpoint)).catch((error: unknown) => {
          this.refuse(req, res, error);
        });
        return;
      case 'DELETE':
        this.streams.end(req, res, callerAt(caller, endpoint)).catch((error: unknown) => {
          this.refuse(req, res, error);
        });
        return;
      default:
        throw new GatewayError('method_not_allowed', 'Use POST, GET or DELETE.');
    }
  }

  private refuse(req: IncomingMessage, res: ServerResponse, cause: unknown): void {
    let error = toGatewayError(cause);
    if (error.code === 'internal') this.log.error({ event: 'request_failed', err: error.cause ?? error });
    if (error.code === 'unauthenticated' || error.code === 'forbidden') {
      error = this.admissions.denied(`HTTP ${req.method ?? ''}`, error, req);
    }
    if (res.headersSent || res.destroyed) {
      res.destroy();
      return;
    }
    const { http } = surfaceOf(error.code);
    const status = http === 200 ? 500 : http;
    const extra = this.refusalHeaders(status, error);
    const headers = req.complete ? extra : [...CLOSE, ...extra];
    const body = encodeResponse(failure(null, error));
    const length = String(Buffer.byteLength(body));
    res.writeHead(status, ['content-type', 'application/json', 'content-length', length, ...headers]);
    res.write(body);
    endAfterBody(req, res);
  }

  /** What belongs to a status (RFC 9110 §11.6.1, §15.5.6, §10.2.3). */
  private refusalHeaders(status: number, error: GatewayError): readonly string[] {
    if (error instanceof RateLimitError) return ['retry-after', String(error.retryAfterS)];
    if (status === 401 || status === 403) return ['www-authenticate', this.authenticator.challenge(error)];
    return REFUSAL_HEADERS.get(status) ?? NO_HEADERS;
  }
}

function later(caller: Caller | Promise<Caller>, endpoint: Endpoint): Caller | Promise<Caller> {
  return caller instanceof Promise ? caller.then((found) => callerAt(found, endpoint)) : callerAt(caller, endpoint);
}

function drains(): GatewayError {
  return new GatewayError('overloaded', 'The gateway is shutting down.', { retryable: true });
}
