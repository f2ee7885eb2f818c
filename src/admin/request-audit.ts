import type { IncomingMessage, ServerResponse } from 'node:http';
import { identityOf } from './admin-identity.js';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { AuditLog } from '../telemetry/audit-log.js';
import { isRecorded } from './request-notes.js';
import { StrangerLines } from './stranger-lines.js';

/** What Express adds to a request once it knows the route. */
type Request = IncomingMessage & {
  readonly route?: { readonly path?: unknown };
  readonly params?: Readonly<Record<string, unknown>>;
};

const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Posted because of their body; they change and give away nothing. */
const HARMLESS = /\/(?:search|validate)$/;
/** The part of a path that holds no names. */
const FIXED_PART =
  /^\/api\/v1\/(?:configs|projects|users|api-keys|settings|system|limits|admin-keys|definitions|config|oauth)(?=[/?]|$)/;
/** A key sent in the place of its id is refused, and must not stand in the log either. */
const KEY_ID = /^[0-9a-f]{12,16}$/;

const REASONS: Readonly<Record<number, string>> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method',
  409: 'conflict',
  412: 'revision_mismatch',
  413: 'too_large',
  415: 'media_type',
  422: 'invalid',
  429: 'rate_limited',
  431: 'too_large',
  503: 'busy',
};

/**
 * Puts a line into the audit log for each changing request of the admin API that has none of its own: those that were refused before
 * their operation began. Never a body, and of strangers no text at all.
 */
@Injectable()
export class RequestAudit implements OnModuleDestroy {
  private readonly strangers: StrangerLines;

  constructor(private readonly audit: AuditLog) {
    this.strangers = new StrangerLines((count) => {
      this.write(null, 'requests', { count: String(count) }, 'refused', 'suppressed');
    });
  }

  /** To be called with every request as it comes. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    if (!CHANGING.has(request.method ?? '')) return;
    response.once('close', () => {
      if (response.headersSent) this.judge(request, response.statusCode);
    });
  }

  /** A request that was refused for its Host or Origin, before any route was looked for. */
  foreignHost(request: IncomingMessage): void {
    if (CHANGING.has(request.method ?? '') && FIXED_PART.test(request.url ?? '')) this.stranger(request, 'host');
  }

  onModuleDestroy(): void {
    this.strangers.close();
  }

  private judge(request: Request, status: number): void {
    if (isRecorded(request)) return;
    const operation = operationOf(request);
    if (status < 400 && HARMLESS.test(operation)) return;
    const reason = reasonOf(status);
    const adminKey = identityOf(request)?.id;
    if (adminKey === undefined) {
      if (reason !== null) this.stranger(request, reason);
      return;
    }
    const outcome = reason === null ? 'done' : status < 500 ? 'refused' : 'failed';
    this.write(adminKey, operation, namesIn(request), outcome, reason);
  }

  private stranger(request: Request, reason: string): void {
    if (!this.strangers.take() || !this.audit.hasRoom) return;
    this.write(null, operationOf(request), { remote: request.socket.remoteAddress ?? '' }, 'refused', reason);
  }

  private write(
    adminKey: string | null,
    operation: string,
    target: Readonly<Record<string, string>>,
    outcome: 'done' | 'refused' | 'failed',
    reason: string | null,
  ): void {
    this.audit.recordChange({ adminKey, operation, target, outcome, reason, revision: null });
  }
}

/** null = it was done. */
function reasonOf(status: number): string | null {
  if (status < 400) return null;
  return REASONS[status] ?? (status < 500 ? 'refused' : 'internal');
}

/** The method and the path of the route, without the names that callers put into it. */
function operationOf({ method, route, url }: Request): string {
  const known = typeof route?.path === 'string' && route.path.startsWith('/api/') ? route.path : undefined;
  const path = known ?? FIXED_PART.exec(url ?? '')?.[0] ?? '';
  return `${method ?? ''} ${path}`.trimEnd();
}

function namesIn({ params = {}, route }: Request): Record<string, string> {
  const ofKeys = typeof route?.path === 'string' && route.path.includes('/api-keys');
  return Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, string] => {
      const [name, value] = entry;
      return typeof value === 'string' && (!ofKeys || name === 'user' || KEY_ID.test(value));
    }),
  );
}
