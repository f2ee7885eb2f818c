import { Injectable } from '@nestjs/common';
import type { ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { ReverseJudge } from './reverse-judge.service.js';
import { SubscriptionReach } from './subscription-reach.service.js';
import type { ClientSession } from '../sessions/client-session.js';
import type { InboxLink } from '../upstream/upstream-inbox.js';

/** Of one client session. */
const MAX_URIS = 256;
/** So long can a URI be that a session keeps in mind. */
const MAX_URI_CHARS = 4_096;
/** For a server to take a subscription that is restored, or is not needed any more. */
const TELL_MS = 10_000;

const UPDATED = 'notifications/resources/updated';

/** What one client session wants to hear of one server. */
export interface Held {
  readonly session: ClientSession;
  readonly server: ServerEntry;
  /** With the URI or template by which the server lists each. */
  readonly uris: Map<string, string>;
  /** Those of them that the server is being asked about. */
  readonly asked: Set<string>;
}

/**
 * Which client session hears of which resources (2025-11-25, "Subscriptions"). Sessions that share a link share its server's
 * subscription: the server is told of the first and of the last of them.
 */
@Injectable()
export class Subscriptions {
  /** By session id, then by server name. */
  private readonly held = new Map<string, Map<string, Held>>();

  constructor(
    private readonly judge: ReverseJudge,
    private readonly reach: SubscriptionReach,
  ) {}

  /** @returns whether it is new. @throws GatewayError invalid_params, overloaded */
  add(session: ClientSession, server: ServerEntry, uri: string, listed: string): boolean {
    if (uri.length > MAX_URI_CHARS) {
      throw new GatewayError(
        'invalid_params',
        `A URI of more than ${String(MAX_URI_CHARS)} characters cannot be subscribed to.`,
      );
    }
    let own = this.held.get(session.id);
    if (own === undefined) this.held.set(session.id, (own = new Map<string, Held>()));
    const known = own.get(server.name);
    if (known?.uris.has(uri) === true) return false;
    const count = [...own.values()].reduce((sum, { uris }) => sum + uris.size, 0);
    if (count >= MAX_URIS) {
      throw new GatewayError(
        'overloaded',
        `A session may subscribe to ${String(MAX_URIS)} resources. Unsubscribe from some.`,
      );
    }
    if (known === undefined) {
      const uris = new Map([[uri, listed]]);
      own.set(server.name, { session, server, uris, asked: new Set([uri]) });
    } else {
      known.uris.set(uri, listed);
      known.asked.add(uri);
    }
    return true;
  }

  /** The server has taken it: it is told again when its link is another. */
  confirm(session: ClientSession, server: string, uri: string): void {
    this.held.get(session.id)?.get(server)?.asked.delete(uri);
  }

  /** @returns whether there was one */
  remove(session: ClientSession, server: string, uri: string): boolean {
    const own = this.held.get(session.id);
    const known = own?.get(server);
    if (own === undefined || known?.uris.delete(uri) !== true) return false;
    known.asked.delete(uri);
    if (known.uris.size === 0) own.delete(server);
    if (own.size === 0) this.held.delete(session.id);
    return true;
  }

  /** Everything of a session, which has none from then on. */
  take(sessionId: string): Held[] {
    const own = this.held.get(sessionId);
    this.held.delete(sessionId);
    return own === undefined ? [] : [...own.values()];
  }

  of(sessionId: string): readonly Held[] {
    return [...(this.held.get(sessionId)?.values() ?? [])];
  }

  *all(): Iterable<Held> {
    for (const own of this.held.values()) yield* own.values();
  }

  isAnyOn(link: InboxLink): boolean {
    if (this.held.size === 0) return false;
    for (const held of this.all()) if (isOn(link, held)) return true;
    return false;
  }

  isHeldOn(link: InboxLink, uri: string): boolean {
    return this.heldOn(link).some(({ uris }) => uris.has(uri));
  }

  /** What a server says has changed goes to the sessions that asked for it, and to no other. */
  updated(link: InboxLink, params: Readonly<Record<string, unknown>>): void {
    const { uri } = params;
    if (typeof uri !== 'string') return;
    for (const { session, server, uris } of this.heldOn(link)) {
      // The client's own text, which was judged when it came; a part of what it asked for is the server's.
      if (uris.has(uri)) session.notify?.(UPDATED, { uri });
      else if (uri.length <= MAX_URI_CHARS && isPartOfAny(uri, uris)) this.tellOfPart(session, server, uri);
    }
  }

  /** Tells the server of a new link what the sessions behind it have subscribed to, and them that they may have missed something. */
  restore(link: InboxLink): void {
    const taken = this.heldOn(link).map(({ session, uris, asked }) => ({
      session,
      uris: [...uris.keys()].filter((uri) => !asked.has(uri)),
    }));
    const uris = new Set(taken.flatMap((one) => one.uris));
    for (const uri of uris) void tellServer(link, 'resources/subscribe', uri);
    for (const one of taken) for (const uri of one.uris) one.session.notify?.(UPDATED, { uri });
  }

  /** After a reload. */
  retain(): void {
    for (const held of [...this.all()]) {
      const { session, server, uris } = held;
      for (const [uri, listed] of [...uris]) {
        if (this.reach.of(session, server.name, listed) === undefined) this.remove(session, server.name, uri);
      }
      const [listed] = uris.values();
      const now = listed === undefined ? undefined : this.reach.of(session, server.name, listed);
      if (now !== undefined) this.held.get(session.id)?.set(server.name, { ...held, server: now });
    }
  }

  private heldOn(link: InboxLink): Held[] {
    if (this.held.size === 0) return [];
    return [...this.all()].filter((held) => isOn(link, held));
  }

  private tellOfPart(session: ClientSession, server: ServerEntry, uri: string): void {
    // What its endpoint leaves out is nothing to this session, though it is a part of what it shows.
    if (this.reach.of(session, server.name, uri) === undefined) return;
    const shown = this.judge.noticeToClient({ server, tool: '', call: undefined }, { uri });
    if (shown !== undefined) session.notify?.(UPDATED, shown);
  }
}

/** Best effort. */
export async function tellServer(link: InboxLink, method: string, uri: string): Promise<void> {
  await link.session.request(method, { uri }, undefined, AbortSignal.timeout(TELL_MS)).catch(() => undefined);
}

/** Whether this link is the one that calls of the session go over. */
export function isOn({ server, clientSessionId, tenants }: InboxLink, held: Pick<Held, 'session' | 'server'>): boolean {
  if (server.name !== held.server.name || server.configHash !== held.server.configHash) return false;
  return clientSessionId === null ? tenants.has(held.session.principal.tenant) : clientSessionId === held.session.id;
}

/** Servers may name a sub-resource of the one that was asked for (2025-11-25, `ResourceUpdatedNotification`). */
function isPartOfAny(uri: string, uris: ReadonlyMap<string, string>): boolean {
  for (const whole of uris.keys()) {
    if (uri.startsWith(whole) && (whole.endsWith('/') || '/#?'.includes(uri.charAt(whole.length)))) return true;
  }
  return false;
}
