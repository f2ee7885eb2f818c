import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { LOGGER } from '../../telemetry/logger.js';
import { SessionStore } from '../sessions/session-store.js';
import type { InboxLink, InboxSource, UpstreamInbox } from '../upstream/upstream-inbox.js';
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
    @Inject(LOGGER) log: Logger,
  ) {
    const sessionOf: InboxParts['sessionOf'] = (id) => this.sessions.local(id);
    const reopened: InboxParts['reopened'] = (link) => {
      this.tellLevel(link);
    };
    this.parts = { judge, ledger, log, sessionOf, reopened };
  }

  open(link: InboxLink): UpstreamInbox {
    this.tellLevel(link);
    return new ServerInbox(link, this.parts);
  }

  private tellLevel(link: InboxLink): void {
    const level = levelFor(link, this.sessions);
    if (level !== undefined) void sendLevel(link.session, level);
  }
}
