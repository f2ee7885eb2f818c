import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpException, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../telemetry/logger.js';
import { Metrics } from '../telemetry/metrics.js';
import { AdminKey, type AdminDenial } from './admin-key.js';
import { envelope } from './envelope.js';

/** One text for a key that is missing, malformed or wrong: a stranger learns nothing from the difference. */
const NOT_AUTHENTICATED = {
  status: 401,
  message: 'Not authenticated. Send the admin key as "Authorization: Bearer <key>".',
};

const ANSWERS: Readonly<Record<AdminDenial, { readonly status: number; readonly message: string }>> = {
  not_configured: {
    status: 403,
    message:
      'The admin routes are closed: the config has no admin_apikey. Make one with: secure-mcp-gateway generate-config',
  },
  repeated: { status: 400, message: 'The Authorization header was sent more than once. Send it once.' },
  too_large: { status: 431, message: 'The Authorization header is too large. Send the admin key only.' },
  no_key: NOT_AUTHENTICATED,
  malformed: NOT_AUTHENTICATED,
  wrong_key: NOT_AUTHENTICATED,
};

/** The one decision over admin routes, for Nest's guard and for routes that Nest does not know (API docs). */
@Injectable()
export class AdminAccess {
  constructor(
    private readonly adminKey: AdminKey,
    private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Lets the request pass or refuses it with a logged reason.
   * @throws HttpException 401, 403, 400 or 431 with the API's envelope
   */
  demand(request: IncomingMessage, response: ServerResponse): void {
    const denial = this.adminKey.denial(request);
    if (denial === null) return;
    this.metrics.authFailure.add(1, `admin_${denial}`);
    this.logger.warn({ event: 'admin_denied', reason: denial, method: request.method }, 'admin request refused');
    const { status, message } = ANSWERS[denial];
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    throw new HttpException(envelope(message, null), status);
  }
}
