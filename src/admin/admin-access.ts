import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { ConfigStore } from '../config/config-store.js';
import { FailedKeys } from '../limits/failed-keys.js';
import { RateLimitError } from '../limits/rate-limit-error.js';
import { LineLimit, MAX_DENIAL_LINES_PER_SECOND } from '../telemetry/line-limit.js';
import { LOGGER } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { type AdminRole, suffices } from '../config/admin-role.js';
import { clientAddress } from '../oauth/inbound/client-address.js';
import { KeyUses } from '../oauth/inbound/key-uses.js';
import { admit } from './admin-identity.js';
import { AdminKey, type AdminDenial, type AdminScheme } from './admin-key.js';
import type { AdminKeyRecord } from '../config/admin-key-resolution.js';
import { envelope } from './envelope.js';

const CHALLENGES: Readonly<Record<AdminScheme, string>> = {
  Bearer: 'Bearer',
  Basic: 'Basic realm="Secure MCP Gateway (any user name, the admin key as password)", charset="UTF-8"',
};

/** One text for a key that is missing, malformed or wrong: a stranger learns nothing from the difference. */
const NOT_AUTHENTICATED = {
  status: 401,
  message: 'Not authenticated. Send the admin key as "Authorization: Bearer <key>".',
};

const ANSWERS: Readonly<Record<AdminDenial, { readonly status: number; readonly message: string }>> = {
  not_configured: {
    status: 403,
    message:
      'The admin routes are closed: the config has no admin key. Make one with: secure-mcp-gateway admin-key generate --role owner',
  },
  repeated: { status: 400, message: 'The Authorization header was sent more than once. Send it once.' },
  too_large: { status: 431, message: 'The Authorization header is too large. Send the admin key only.' },
  no_key: NOT_AUTHENTICATED,
  malformed: NOT_AUTHENTICATED,
  wrong_key: NOT_AUTHENTICATED,
  disabled: NOT_AUTHENTICATED,
  expired: NOT_AUTHENTICATED,
};

/** The one decision over admin routes, with what is logged, counted and answered about those who are refused. */
@Injectable()
export class AdminAccess {
  private readonly lines = new LineLimit(MAX_DENIAL_LINES_PER_SECOND, (count) => {
    this.logger.warn({ event: 'admin_denials_suppressed', count });
  });

  private readonly failedKeys: FailedKeys;

  constructor(
    private readonly adminKey: AdminKey,
    private readonly uses: KeyUses,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly configStore: ConfigStore,
  ) {
    this.failedKeys = new FailedKeys(() => configStore.current().settings.failedKeysPerMinute);
  }

  /**
   * Lets the request pass or refuses it with a logged reason.
   * @param role that the key must have at least
   * @param schemes how the key may be sent on this route
   * @throws HttpException 401, 403, 400, 429 or 431 with the API's envelope
   */
  demand(request: IncomingMessage, response: ServerResponse, role: AdminRole, schemes: readonly AdminScheme[]): void {
    const found = this.adminKey.identify(request, schemes);
    if (typeof found !== 'string') {
      this.uses.note(found.id);
      admit(request, found);
      if (!suffices(found.role, role)) throw this.tooLow(request, found, role);
      return;
    }
    const denial = found;
    this.refused(request, denial);
    if (denial === 'wrong_key') this.slow(request, response);
    const { status, message } = ANSWERS[denial];
    if (status === 401) {
      response.setHeader(
        'WWW-Authenticate',
        schemes.map((scheme) => CHALLENGES[scheme]),
      );
    }
    throw new HttpException(envelope(message, null), status);
  }

  private tooLow(request: IncomingMessage, { id, role }: AdminKeyRecord, needed: AdminRole): HttpException {
    this.refused(request, 'role', id);
    const message = `This needs an admin key with the role ${needed}. This key has the role ${role}.`;
    return new HttpException(envelope(message, null), 403);
  }

  private refused(request: IncomingMessage, reason: AdminDenial | 'role', keyId?: string): void {
    this.metrics.authFailure.add(1, `admin_${reason}`);
    if (!this.lines.take()) return;
    const { method } = request;
    const fields = { event: 'admin_denied', reason, method, remote: request.socket.remoteAddress };
    this.logger.warn({ ...fields, ...(keyId !== undefined && { key_id: keyId }) }, 'admin request refused');
  }

  /** Somebody who keeps sending wrong keys is told when to try again instead. The right key passes all the while. */
  private slow(request: IncomingMessage, response: ServerResponse): void {
    const { trustedProxies } = this.configStore.current().settings;
    const waitMs = this.failedKeys.failed(clientAddress(request, trustedProxies));
    if (waitMs === 0) return;
    this.metrics.rateLimited.add(1, 'address', 'failed_keys_per_minute');
    const { message, retryAfterS } = RateLimitError.ofAddress(waitMs);
    response.setHeader('Retry-After', String(retryAfterS));
    throw new HttpException(envelope(message, null), 429);
  }
}
