import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import type { ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';

/** Bounds a check that is not done at once: late is not safe, so the call is refused (`guardrail_timeout`, the server's own first). */
@Injectable()
export class CheckDeadline {
  constructor(private readonly configStore: ConfigStore) {}

  /** @throws GatewayError guardrail_unavailable */
  async within<T>(server: ServerEntry, check: Promise<T>): Promise<T> {
    const guardrailMs = server.timeouts?.guardrailMs ?? this.configStore.current().settings.timeouts.guardrailMs;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        const message = `The guardrail check took longer than ${String(guardrailMs / 1000)} s, so the call was refused.`;
        reject(new GatewayError('guardrail_unavailable', message, { retryable: true }));
      }, guardrailMs);
    });
    try {
      return await Promise.race([check, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
