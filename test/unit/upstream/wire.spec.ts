import { describe, expect, it } from '@jest/globals';
import { parseWire, readMessage } from '../../../src/mcp/upstream/json-rpc-wire.js';
import { LineReader } from '../../../src/mcp/upstream/line-reader.js';
import { RingBuffer } from '../../../src/mcp/upstream/ring-buffer.js';
import { SseReader } from '../../../src/mcp/upstream/sse-reader.js';

const read = (text: string): unknown => readMessage(parseWire('s', Buffer.from(text)));

const LIMITS = { maxBytes: 1000, onRetry: () => undefined };

describe('a message of an upstream', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":1,"result":{"a":1}}', { kind: 'answer', id: 1 }],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"m"}}', { kind: 'answer', id: 1 }],
    ['{"jsonrpc":"2.0","id":1,"method":"ping"}', { kind: 'request', id: 1 }],
    ['{"jsonrpc":"2.0","method":"notifications/x"}', { kind: 'notification' }],
    ['{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}', { kind: 'malformed' }],
    ['{"jsonrpc":"2.0","id":1,"result":[]}', { kind: 'malformed' }],
    ['{"jsonrpc":"2.0","id":1,"result":null}', { kind: 'malformed' }],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"m"}}', { kind: 'malformed' }],
    ['{"jsonrpc":"2.0","id":1,"error":{"code":1}}', { kind: 'malformed' }],
    ['{"jsonrpc":"2.0","id":1}', { kind: 'malformed' }],
  ])('%s is read as %j', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it.each(['[]', '1', 'null', '{}', '{"jsonrpc":"1.0","id":1,"result":{}}', '{"jsonrpc":"2.0","result":{}}'])(
    '%s is nothing a session can use',
    (text) => {
      expect(read(text)).toBeNull();
    },
  );

  it('with a method is never an answer, whatever id and result it carries', () => {
    expect(read('{"jsonrpc":"2.0","id":1,"method":"x","result":{"stolen":true}}')).toMatchObject({ kind: 'request' });
    expect(read('{"jsonrpc":"2.0","id":1,"method":5,"result":{}}')).toBeNull();
  });

  it('nested deeper than the gateway can write is malformed, and does not overflow the stack', () => {
    const deep = `{"jsonrpc":"2.0","id":1,"result":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    expect(read(deep)).toMatchObject({ kind: 'malformed', id: 1 });
  });

  it('keeps a member named __proto__ as data', () => {
    const message = read('{"jsonrpc":"2.0","id":1,"result":{"__proto__":{"polluted":1}}}');
    expect(message).toMatchObject({ kind: 'answer' });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('is refused when it is not UTF-8 or not JSON', () => {
    expect(() => parseWire('s', Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
    expect(() => parseWire('s', Buffer.from('{'))).toThrow(/JSON/);
  });
});

describe('LineReader', () => {
  const collect = (max: number) => {
    const lines: string[] = [];
    const state = { overflows: 0 };
    const onOverflow = () => {
      state.overflows++;
    };
    const reader = new LineReader(max, (line) => lines.push(line.toString()), onOverflow);
    return { lines, state, reader };
  };

  it('gives the same lines however the bytes are cut', () => {
    const text = 'one\ntwo\r\n\n{"ü":1}\n';
    for (let size = 1; size <= text.length; size++) {
      const { lines, reader } = collect(100);
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect(lines).toEqual(['one', 'two', '{"ü":1}']);
    }
  });

  it('keeps the last piece until its newline comes', () => {
    const { lines, reader } = collect(100);
    reader.push(Buffer.from('a\nb'));
    expect(lines).toEqual(['a']);
    reader.push(Buffer.from('c\n'));
    expect(lines).toEqual(['a', 'bc']);
  });

  it('allows a line of exactly the cap, and stops for good one byte later', () => {
    const { lines, state, reader } = collect(4);
    reader.push(Buffer.from('1234\n'));
    reader.push(Buffer.from('123'));
    reader.push(Buffer.from('45\nafter\n'));
    reader.push(Buffer.from('more\n'));
    expect(lines).toEqual(['1234']);
    expect(state.overflows).toBe(1);
  });

  it('reads 32 MB in small chunks in linear time', () => {
    const { lines, reader } = collect(64 * 1024 * 1024);
    const chunk = Buffer.alloc(16 * 1024, 0x61);
    for (let i = 0; i < 2048; i++) reader.push(chunk);
    reader.push(Buffer.from('\n'));
    expect(lines[0]?.length).toBe(32 * 1024 * 1024);
  });
});

describe('RingBuffer', () => {
  it('keeps the tail of what was written', () => {
    const ring = new RingBuffer(8);
    ring.write(Buffer.from('abc'));
    expect(ring.text()).toBe('abc');
    ring.write(Buffer.from('defgh'));
    expect(ring.text()).toBe('abcdefgh');
    ring.write(Buffer.from('ijk'));
    expect(ring.text()).toBe('defghijk');
    ring.write(Buffer.from('0123456789ABC'));
    expect(ring.text()).toBe('56789ABC');
  });
});

describe('SseReader', () => {
  it('reads events cut anywhere, inside a character too', () => {
    const bytes = Buffer.from(': hello\n\nevent: message\nid: 1\ndata: {"ü":"€"}\n\ndata: a\ndata: b\n\n');
    for (let size = 1; size < 20; size++) {
      const seen: string[] = [];
      const reader = new SseReader('s', LIMITS, ({ data }) => seen.push(data));
      for (let at = 0; at < bytes.length; at += size) {
        expect(reader.push(bytes.subarray(at, at + size))).toBeUndefined();
      }
      expect(seen).toEqual(['{"ü":"€"}', 'a\nb']);
    }
  });

  it('ends on bytes that are not UTF-8', () => {
    const reader = new SseReader('s', LIMITS, () => undefined);
    expect(reader.push(Buffer.from([0x64, 0xff, 0x0a]))).toMatchObject({ code: 'upstream_protocol' });
  });

  it('ends an event that grows past the cap', () => {
    const reader = new SseReader('s', LIMITS, () => undefined);
    expect(reader.push(Buffer.from(`data: ${'x'.repeat(900)}`))).toBeUndefined();
    expect(reader.push(Buffer.from('x'.repeat(900)))).toMatchObject({ code: 'upstream_protocol' });
  });
});
