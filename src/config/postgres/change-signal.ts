import type { Database, Listener } from './database.js';

/** Notifications on it say that something changed; what, stands in `changes`. */
export const CHANNEL = 'smg_changes';

/** How long is waited before the next attempt to listen; looks go on meanwhile. */
const RETRY_MS = 1000;

/** Hears of changes, over a connection of its own that is made again when it breaks. */
export class ChangeSignal {
  private listener: Listener | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly database: Database) {}

  /** @param wake also called when the connection was made again: what was told meanwhile is lost */
  follow(wake: () => void): void {
    void this.connect(wake);
  }

  close(): void {
    this.closed = true;
    if (this.timer !== null) clearTimeout(this.timer);
    void this.listener?.end().catch(() => undefined);
  }

  private async connect(wake: () => void): Promise<void> {
    try {
      const listener = await this.database.listener(CHANNEL);
      if (this.closed) {
        await listener.end();
        return;
      }
      this.listener = listener;
      listener.on('notification', wake);
      listener.on('end', () => {
        this.retry(wake);
      });
      wake();
    } catch {
      this.retry(wake);
    }
  }

  private retry(wake: () => void): void {
    this.listener = null;
    if (this.closed) return;
    this.timer = setTimeout(() => {
      void this.connect(wake);
    }, RETRY_MS).unref();
  }
}
