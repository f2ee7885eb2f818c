import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { merged } from '../../config/file-key-use-store.js';
import type { KeyUseScope, KeyUseStore, KeyUseTimes } from '../../config/key-use-store.js';
import { LOGGER } from '../../telemetry/logger.js';

/** Injection token of the KeyUseStore. */
export const KEY_USE_STORE = Symbol('KeyUseStore');

/** How exact the times are: a key that is used all the time is written down this often. */
const PERIOD_MS = 60_000;
/** Keys that come into use together are written together. */
const WRITE_AFTER_MS = 2000;

/** When each key was last used, to the minute. Taking note costs a request one look into a map. */
@Injectable()
export class KeyUses implements BeforeApplicationShutdown {
  /** Of the last minute. */
  private readonly recent = new Map<string, number>();
  private unsaved = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private isFailing = false;

  constructor(
    @Inject(KEY_USE_STORE) private readonly store: KeyUseStore,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  note(keyId: string): void {
    const now = Date.now();
    const last = this.recent.get(keyId);
    if (last !== undefined && now - last < PERIOD_MS) return;
    this.recent.set(keyId, now);
    this.unsaved.set(keyId, now);
    this.timer ??= setTimeout(() => {
      void this.write();
    }, WRITE_AFTER_MS).unref();
  }

  /** Times of keys, those of other gateways with the same store included. */
  async times(keys: KeyUseScope = 'all'): Promise<KeyUseTimes> {
    return merged(await this.store.load(keys), this.unsaved);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.write();
  }

  private write(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.writing = this.writing.then(() => this.save());
    return this.writing;
  }

  private async save(): Promise<void> {
    const times = this.unsaved;
    if (times.size === 0) return;
    try {
      await this.store.save(times);
      this.isFailing = false;
    } catch (error) {
      // Said once: a config in a folder that cannot be written is a choice, and the next minute would fail the same way.
      if (!this.isFailing) this.log.warn({ event: 'key_uses_unsaved', err: error }, 'the last use of keys is not kept');
      this.isFailing = true;
      return;
    } finally {
      const old = Date.now() - PERIOD_MS;
      for (const [id, time] of this.recent) if (time <= old) this.recent.delete(id);
    }
    // What was noted meanwhile stays for the next time.
    for (const [id, time] of times) if (this.unsaved.get(id) === time) this.unsaved.delete(id);
  }
}
