import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../telemetry/logger.js';
import { SessionStore } from '../sessions/session-store.js';
import type { InboxLink, InboxSource, UpstreamInbox } from '../upstream/upstream-inbox.js';
import { OfferNews } from './offer-news.js';
import { Subscriptions } from './subscriptions.service.js';
import { AskLedger } from './ask-ledger.service.js';
import { levelFor, sendLevel } from './link-level.js';
import { ReverseJudge } from './reverse-judge.service.js';
import { type InboxParts, ServerInbox } from './server-inbox.js';

/** Makes the inbox of each link, and tells its server what the clients behind it have asked for before it was open. */
@Injectable()
export class Inboxes implements InboxSource {
  private readonly parts: InboxParts;

  constructor(
    judge: ReverseJudge,
    ledger: AskLedger,
    private readonly sessions: SessionStore,
    private readonly subscriptions: Subscriptions,
    private readonly news: OfferNews,
    @Inject(LOGGER) log: Logger,
  ) {
    const sessionOf: InboxParts['sessionOf'] = (id) => this.sessions.local(id);
    const reopened: InboxParts['reopened'] = (link) => {
      this.tellLevel(link);
      this.subscriptions.restore(link);
      // It may be another server by now.
      this.news.changed(link.tenants, link.server.name, 'prompts');
      this.news.changed(link.tenants, link.server.name, 'resources');
    };
    const changed: InboxParts['changed'] = (link, method, params) => {
      this.changed(link, method, params);
    };
    const isWanted: InboxParts['isWanted'] = (link) => this.subscriptions.isAnyOn(link);
    this.parts = { judge, ledger, log, sessionOf, reopened, changed, isWanted };
  }

  open(link: InboxLink): UpstreamInbox {
    this.tellLevel(link);
    this.subscriptions.restore(link);
    return new ServerInbox(link, this.parts);
  }

  private changed(link: InboxLink, method: string, params: Readonly<Record<string, unknown>>): void {
    const { tenants, server } = link;
    if (method === 'notifications/resources/updated') this.subscriptions.updated(link, params);
    else if (method === 'notifications/prompts/list_changed') this.news.changed(tenants, server.name, 'prompts');
    else if (method === 'notifications/resources/list_changed') this.news.changed(tenants, server.name, 'resources');
  }

  private tellLevel(link: InboxLink): void {
    const level = levelFor(link, this.sessions);
    if (level !== undefined) void sendLevel(link.session, level);
  }
}
