import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallSignal, type CancelSignal } from '../../../src/contracts/cancel-signal.js';
import { GatewayError } from '../../../src/errors.js';
import { type SendListen, ServerListen } from '../../../src/mcp/upstream/server-listen.js';
import type { UpstreamAnswer } from '../../../src/mcp/upstream/upstream-session.js';

type Json = Record<string, unknown>;

/** One request as the server sees it. */
interface Sent {
  readonly filter: Json;
  readonly acknowledge: (served: Json) => void;
  readonly answer: (answer: UpstreamAnswer) => void;
  readonly fail: (error: Error) => void;
  readonly signal: CancelSignal;
}

const ALL = { tools: { listChanged: true }, resources: { subscribe: true } };
const LISTS = { toolsListChanged: true };
const COMPLETE: UpstreamAnswer = { body: { kind: 'result', result: {} }, bytes: 0 };
const error = (code: number): UpstreamAnswer => ({ body: { kind: 'error', error: { code, message: 'no' } }, bytes: 0 });

let sent: Sent[];
let missed: number;
let listen: ServerListen | undefined;

const send: SendListen = (params, acknowledge, signal) =>
  new Promise((answer, fail) => {
    sent.push({ filter: params.notifications as Json, acknowledge, answer, fail, signal });
    signal.addEventListener('abort', () => {
      fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    });
  });

function start(capabilities: Json = ALL): ServerListen {
  listen = new ServerListen(capabilities, send, () => missed++);
  return listen;
}
/** Lets everything happen that waits for no time. */
const settled = (): Promise<void> => jest.advanceTimersByTimeAsync(0);
const later = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);
const subscribe = (uri: string, signal = new CallSignal()): Promise<UpstreamAnswer> =>
  listen!.answer('resources/subscribe', { uri }, signal);
const unsubscribe = (uri: string): Promise<UpstreamAnswer> =>
  listen!.answer('resources/unsubscribe', { uri }, new CallSignal());
/** Serves all of what the newest request asks for. */
const serve = (): void => {
  sent.at(-1)!.acknowledge(sent.at(-1)!.filter);
};
/** Begun, with a subscription that the server has taken. */
async function startWith(uri: string): Promise<void> {
  start();
  await settled();
  serve();
  const taken = subscribe(uri);
  await settled();
  serve();
  expect(await taken).toMatchObject({ body: { kind: 'result' } });
}

beforeEach(() => {
  jest.useFakeTimers();
  sent = [];
  missed = 0;
});
afterEach(() => {
  listen?.close();
  jest.useRealTimers();
});

describe('listening to a server', () => {
  it('is not begun where nothing is announced, nor tried again where it is not known', async () => {
    start({ tools: {}, prompts: { listChanged: 'yes' }, resources: null });
    await later(60_000);
    expect(sent).toEqual([]);
    start();
    await settled();
    sent[0]!.answer(error(-32601));
    await later(600_000);
    expect(sent).toHaveLength(1);
  });

  it('is tried again, ever more rarely, when the server cannot serve it at the moment', async () => {
    start();
    for (const wait of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]) {
      await settled();
      const count = sent.length;
      sent.at(-1)!.fail(new GatewayError('upstream_unavailable', 'down', { retryable: true }));
      await later(wait - 1);
      expect(sent).toHaveLength(count);
      await later(1);
      expect(sent).toHaveLength(count + 1);
    }
    expect(missed).toBe(0);
  });

  it('opens the next stream before it ends the one before, and takes changes together', async () => {
    start();
    await settled();
    sent[0]!.acknowledge(LISTS);
    const answers = Promise.all(['a', 'b'].map((uri) => subscribe(uri)));
    await settled();
    expect(sent).toHaveLength(2);
    expect(sent[1]!.filter).toEqual({ ...LISTS, resourceSubscriptions: ['a', 'b'] });
    expect(sent[0]!.signal.aborted).toBe(false);
    sent[1]!.acknowledge({ ...LISTS, resourceSubscriptions: ['a'] });
    expect((await answers).map(({ body }) => body.kind)).toEqual(['result', 'error']);
    expect(sent[0]!.signal.aborted).toBe(true);
    expect(await subscribe('a')).toMatchObject({ body: { kind: 'result' } });
    expect(sent).toHaveLength(2);
    expect(missed).toBe(0);
  });

  it('keeps the stream there is when another is not to be had', async () => {
    start();
    await settled();
    sent[0]!.acknowledge(LISTS);
    const refused = subscribe('a');
    const outcome = expect(refused).rejects.toMatchObject({ code: 'upstream_timeout' });
    await later(10_000);
    await outcome;
    expect(sent[1]!.signal.aborted).toBe(true);
    expect(sent[0]!.signal.aborted).toBe(false);
  });

  it('is opened again when the stream ends, and says so', async () => {
    start();
    await settled();
    sent[0]!.acknowledge(LISTS);
    await settled();
    sent[0]!.answer(COMPLETE);
    await later(1_000);
    expect(sent).toHaveLength(2);
    expect(missed).toBe(0);
    sent[1]!.acknowledge(LISTS);
    await settled();
    expect(missed).toBe(1);
    // Also when it ends together with its acknowledgement.
    sent[1]!.answer(COMPLETE);
    await later(2_000);
    sent[2]!.acknowledge(LISTS);
    sent[2]!.answer(COMPLETE);
    await later(4_000);
    expect(sent).toHaveLength(4);
  });

  it('ends for good where the server serves nothing of what is wanted', async () => {
    start();
    await settled();
    sent[0]!.acknowledge({});
    sent[0]!.answer(COMPLETE);
    await later(600_000);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.signal.aborted).toBe(true);
  });

  it('keeps for one session what another gives up or takes back', async () => {
    await startWith('a');
    // The next stream is without it, and while that is being opened somebody wants it again.
    const gone = unsubscribe('a');
    await settled();
    expect(sent.at(-1)!.filter).toEqual(LISTS);
    const again = subscribe('a');
    serve();
    await settled();
    serve();
    await Promise.all([gone, again]);
    expect(sent.at(-1)!.filter).toEqual({ ...LISTS, resourceSubscriptions: ['a'] });
    // Two ask for the same, and one of them gives up.
    const signal = new CallSignal();
    const impatient = expect(subscribe('b', signal)).rejects.toMatchObject({ code: 'cancelled' });
    const patient = subscribe('b');
    signal.abort(new GatewayError('cancelled', 'enough'));
    await impatient;
    serve();
    expect(await patient).toMatchObject({ body: { kind: 'result' } });
    const third = subscribe('c');
    await settled();
    expect(sent.at(-1)!.filter).toEqual({ ...LISTS, resourceSubscriptions: ['a', 'b', 'c'] });
    serve();
    await third;
  });

  it('says that something may have been missed when a subscription opens the stream again', async () => {
    await startWith('a');
    sent.at(-1)!.answer(COMPLETE);
    await settled();
    const taken = subscribe('b');
    await settled();
    serve();
    await taken;
    expect(missed).toBe(1);
    expect(sent.at(-1)!.filter).toEqual({ ...LISTS, resourceSubscriptions: ['a', 'b'] });
    const count = sent.length;
    await later(600_000);
    expect(sent).toHaveLength(count);
  });

  it('is tried on when a subscription meets a server that is down', async () => {
    await startWith('a');
    sent.at(-1)!.answer(COMPLETE);
    await settled();
    const refused = expect(subscribe('b')).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await settled();
    sent.at(-1)!.answer(error(-32601));
    await refused;
    const count = sent.length;
    await later(2_000);
    expect(sent).toHaveLength(count + 1);
    serve();
    await settled();
    expect(missed).toBe(1);
    expect(sent.at(-1)!.filter).toEqual({ ...LISTS, resourceSubscriptions: ['a'] });
  });

  it('ends with the link', async () => {
    start();
    await settled();
    sent[0]!.acknowledge(LISTS);
    await settled();
    const waiting = subscribe('a');
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'upstream_unavailable' });
    await settled();
    listen!.close();
    sent[1]!.acknowledge({ ...LISTS, resourceSubscriptions: ['a'] });
    await outcome;
    await later(600_000);
    expect(sent).toHaveLength(2);
    expect(sent.every(({ signal }) => signal.aborted)).toBe(true);
  });
});
