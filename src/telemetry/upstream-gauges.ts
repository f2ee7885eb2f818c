import { MAX_SERIES, type Instrument, type NumberSample } from './instruments.js';

/** One link to a server; `idle` = nobody uses it now, so nothing is known. */
interface Link {
  readonly server: string;
  readonly status: 'up' | 'down' | 'idle';
  readonly sessions: number;
}

interface Seen {
  isDown: boolean;
  isUp: boolean;
  sessions: number;
}

/** Links to servers at the time of reading. Servers of the same name in several configs count as one. */
export class UpstreamGauges {
  /** The owner of the links sets this once. */
  source: () => readonly Link[] = () => [];

  instruments(): readonly Instrument[] {
    return [
      this.#gauge(
        'gateway_upstream_up',
        '1 while links to the server work, 0 while one is down; absent when idle.',
        (seen) => (seen.isDown ? 0 : seen.isUp ? 1 : undefined),
      ),
      this.#gauge('gateway_upstream_sessions', 'Sessions with the server.', ({ sessions }) => sessions),
    ];
  }

  #gauge(name: string, help: string, value: (seen: Seen) => number | undefined): Instrument {
    const samples = (): NumberSample[] =>
      [...this.#servers()].flatMap(([server, seen]) => {
        const found = value(seen);
        return found === undefined ? [] : [{ labels: [server], value: found }];
      });
    return { kind: 'gauge', name, help, labelNames: ['server_name'], samples };
  }

  #servers(): Map<string, Seen> {
    const servers = new Map<string, Seen>();
    for (const { server, status, sessions } of this.source()) {
      const name = servers.size < MAX_SERIES || servers.has(server) ? server : 'other';
      const seen = servers.get(name) ?? { isDown: false, isUp: false, sessions: 0 };
      seen.isDown ||= status === 'down';
      seen.isUp ||= status === 'up';
      seen.sessions += sessions;
      servers.set(name, seen);
    }
    return servers;
  }
}
