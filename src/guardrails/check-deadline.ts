import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import type { ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';

/** Bounds a check that is not done at once: late is not safe, so the call is refused (`guardrail_timeout`, the server's own first). */
@Injectable()
export class CheckDeadline {
  constructor(private readonly configStore: ConfigStore) {}

  /** How long one check for this server may take. */
  limitMs(server: ServerEntry): number {
    return server.timeouts?.guardrailMs ?? this.configStore.current().settings.timeouts.guardrailMs;
  }

  /** @throws GatewayError guardrail_timeout */
  async within<T>(server: ServerEntry, check: Promise<T>): Promise<T> {
    const guardrailMs = this.limitMs(server);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `The guardrail check took longer than ${String(guardrailMs / 1000)} s, so the call was refused.`;
        reject(new GatewayError('guardrail_timeout', message, { retryable: true }));
      }, guardrailMs);
    });
    try {
      return await Promise.race([check, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
