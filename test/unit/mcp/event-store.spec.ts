import { describe, expect, it } from '@jest/globals';
import { EventStore, KeyShare } from '../../../src/mcp/sessions/event-store.js';
import type { EventSink } from '../../../src/mcp/sessions/stream-log.js';

class Reader implements EventSink {
  readonly seen: string[] = [];
  ended = false;
  takes = true;
  write(_id: string, json: string): void {
    this.seen.push(json);
  }
  end(): void {
    this.ended = true;
  }
}

const MEGABYTE = 1024 * 1024;

describe('the events of a session', () => {
  it('are 256 of one stream, the last ones', () => {
    const log = new EventStore(new KeyShare()).open();
    const first = log.idAfter(0);
    for (let i = 1; i <= 300; i++) log.send(String(i), true);
    log.end();
    const reader = new Reader();
    log.attach(reader, Number(first.split('-').at(-1)));
    expect([reader.seen.length, reader.seen[0], reader.seen.at(-1)]).toEqual([256, '45', '300']);
    expect(reader.ended).toBe(true);
  });

  it('stay within the bytes of the stream, the session and the key', () => {
    const share = new KeyShare();
    const stores = Array.from({ length: 20 }, () => new EventStore(share));
    for (const store of stores) {
      for (let stream = 0; stream < 10; stream++) {
        const log = store.open();
        for (let i = 0; i < 4; i++) log.send('x'.repeat(MEGABYTE / 8), true);
      }
    }
    expect(share.bytes).toBeLessThanOrEqual(32 * MEGABYTE);
    for (const store of stores) store.clear();
    expect(share.bytes).toBe(0);
  });

  it('of a key that used up its share are its own loss', () => {
    const full = new KeyShare();
    full.bytes = 32 * MEGABYTE;
    expect(new EventStore(full).open().send('lost', true)).toBe(false);
    const log = new EventStore(new KeyShare()).open();
    expect(log.send('kept', true)).toBe(true);
  });

  it('go five minutes after the end of their stream', () => {
    const share = new KeyShare();
    const store = new EventStore(share);
    const log = store.open();
    log.send('answer', false);
    const id = log.idAfter(0);
    log.end();
    store.expire(Date.now() + 4 * 60_000);
    expect(store.find(id)?.log).toBe(log);
    store.expire(Date.now() + 6 * 60_000);
    expect(store.find(id)).toBeUndefined();
    expect(share.bytes).toBe(0);
  });

  it('that were told while nobody listened go to the next connection, and only once', () => {
    const log = new EventStore(new KeyShare()).standing();
    const [first, second, third] = [new Reader(), new Reader(), new Reader()];
    log.attach(first, undefined);
    log.send('a', true);
    log.detach(first);
    log.send('b', true);
    log.attach(second, undefined);
    log.attach(third, undefined);
    expect([first.seen, second.seen, third.seen]).toEqual([['a'], ['b'], []]);
    expect(second.ended).toBe(true);
  });

  it('of a standing stream of another process name no event here', () => {
    const [here, there] = [new EventStore(new KeyShare()), new EventStore(new KeyShare())];
    const log = here.standing();
    log.send('told', true);
    const foreign = there.standing().idAfter(9);
    expect(here.find(foreign)).toEqual({ log, after: undefined });
  });
});
