import { describe, expect, it } from '@jest/globals';
import { HostPolicy } from '../../../src/mcp/http/host-policy.js';
import { acceptedBy, mediaTypeOf } from '../../../src/mcp/http/media-type.js';

const FORBIDDEN = expect.objectContaining({ code: 'forbidden' });

function policy(extra: readonly string[] = [], host = '127.0.0.1', port = 8000): HostPolicy {
  const made = new HostPolicy(extra);
  made.listening(host, port);
  return made;
}

describe('the Host and Origin policy', () => {
  it.each([['127.0.0.1:8000'], ['localhost:8000'], ['LOCALHOST:8000'], ['[::1]:8000']])(
    'serves %s by default',
    (host) => {
      expect(() => {
        policy().check(host, undefined);
      }).not.toThrow();
    },
  );

  it.each<[string | undefined]>([
    [undefined],
    [''],
    ['127.0.0.1'],
    ['127.0.0.1:8001'],
    ['evil.example'],
    ['evil.example:8000'],
    ['127.0.0.1.evil.example:8000'],
    ['127.0.0.1:8000.evil.example'],
    ['evil@127.0.0.1:8000'],
    ['localhost:8000,evil.example'],
    ['localhost.:8000'],
    ['0.0.0.0:8000'],
    ['__proto__'],
  ])('refuses Host %p', (host) => {
    expect(() => {
      policy().check(host, undefined);
    }).toThrow(FORBIDDEN);
  });

  it.each([
    ['http://127.0.0.1:8000'],
    ['http://localhost:8000'],
    ['https://localhost:8000'],
    ['HTTP://LocalHost:8000'],
  ])('serves Origin %s by default', (origin) => {
    expect(() => {
      policy().check('localhost:8000', origin);
    }).not.toThrow();
  });

  it.each([
    ['null'],
    [''],
    ['http://evil.example'],
    ['http://localhost:8001'],
    ['http://localhost:8000/'],
    ['http://localhost:8000.evil.example'],
    ['http://localhost:8000@evil.example'],
    ['file://localhost:8000'],
    ['localhost:8000'],
    ['http://localhost:8000, http://evil.example'],
  ])('refuses Origin %p', (origin) => {
    expect(() => {
      policy().check('localhost:8000', origin);
    }).toThrow(FORBIDDEN);
  });

  it('adds a name with its port, or with any port', () => {
    const made = policy(['One.example:443', 'any.example']);
    for (const host of ['one.example:443', 'any.example', 'any.example:1234']) {
      expect(() => {
        made.check(host, `https://${host}`);
      }).not.toThrow();
    }
    for (const host of [
      'one.example',
      'one.example:444',
      'sub.any.example',
      'any.example:443@evil.example',
      'any.example:x',
    ]) {
      expect(() => {
        made.check(host, undefined);
      }).toThrow(FORBIDDEN);
    }
  });

  it('lets the port out only where it is the default of http', () => {
    expect(() => {
      policy([], '127.0.0.1', 80).check('localhost', undefined);
    }).not.toThrow();
    expect(() => {
      policy().check('localhost', undefined);
    }).toThrow(FORBIDDEN);
  });

  it('writes IPv6 addresses in brackets', () => {
    expect(() => {
      policy([], 'fe80::1').check('[fe80::1]:8000', undefined);
    }).not.toThrow();
  });
});

describe('the Accept header', () => {
  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, true],
    ['*/*', true, true],
    ['application/json', true, false],
    ['text/event-stream', false, true],
    ['application/json, text/event-stream', true, true],
    ['APPLICATION/JSON;q=0.9 , Text/Event-Stream; q=0.1', true, true],
    ['application/*', true, false],
    ['text/*', false, true],
    ['text/html', false, false],
    ['', false, false],
    ['application/jsonx, xapplication/json', false, false],
  ])('%p takes JSON: %p, a stream: %p', (header, json, sse) => {
    expect(acceptedBy(header)).toMatchObject({ json, sse });
    // The second answer comes from the cache.
    expect(acceptedBy(header)).toMatchObject({ json, sse });
  });

  it('is read correctly after many different values', () => {
    for (let i = 0; i < 200; i++) acceptedBy(`text/x-${String(i)}`);
    expect(acceptedBy('text/x-1, application/json')).toMatchObject({ json: true, sse: false });
  });

  it('asks for a stream by naming it first', () => {
    expect(acceptedBy('text/event-stream, application/json').prefersSse).toBe(true);
    expect(acceptedBy('application/json, text/event-stream').prefersSse).toBe(false);
    expect(acceptedBy('text/event-stream').prefersSse).toBe(false);
    expect(acceptedBy(undefined).prefersSse).toBe(false);
  });
});

describe('a media type', () => {
  it.each([
    ['application/json', 'application/json'],
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['  text/plain  ;x', 'text/plain'],
    ['', ''],
  ])('%p is %p', (header, type) => {
    expect(mediaTypeOf(header)).toBe(type);
  });
});
