import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  canonicalHost,
  guardedConnector,
  guardedFetch,
  isPublicAddress,
  type AddressLookup,
} from '../../../src/safe-fetch.js';

const PRIVATE = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::FFFF:7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  '100::1',
  '2001::1',
  '2001:0:7f00:1::',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%lo',
  '2606:4700::1%lo',
  'fec0::1',
  'ff02::1',
  '5f00::1',
];
const PUBLIC = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '223.255.255.255', '2606:4700::1', '2a00:1450::1'];
const ODD = [
  '',
  'localhost',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '127.0.0.1.',
  ' 127.0.0.1',
  '[::1]',
  '1.1.1',
];

describe('isPublicAddress', () => {
  it.each(PRIVATE)('refuses %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it.each(PUBLIC)('lets %s pass', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
  it.each(ODD)('takes "%s" for no address at all', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('the guarded way out', () => {
  let server: http.Server;
  let port: number;
  let hits = 0;
  beforeAll(async () => {
    server = http.createServer((request, response) => {
      hits++;
      if (request.url === '/redirect') response.writeHead(302, { location: '/secret' }).end();
      else if (request.url === '/big') response.end('x'.repeat(200_000));
      else if (request.url === '/hang') response.write('never');
      else response.end('secret');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const options = (allowed: string[], lookup?: AddressLookup) => ({
    allowedHosts: new Set(allowed),
    maxResponseBytes: 100_000,
    deadlineMs: 2_000,
    ...(lookup === undefined ? {} : { lookup }),
  });
  const attempt = async (url: string, allowed: string[], lookup?: AddressLookup): Promise<string> => {
    const guarded = guardedFetch(options(allowed, lookup));
    try {
      const response = await guarded.fetch(url);
      return `${String(response.status)} ${await response.text()}`;
    } finally {
      await guarded.close();
    }
  };
  const toLoopback: AddressLookup = () => Promise.resolve([{ address: '127.0.0.1' }]);

  it('reaches an endpoint that the config names, loopback too', async () => {
    await expect(attempt(`http://127.0.0.1:${String(port)}/`, [`127.0.0.1:${String(port)}`])).resolves.toBe(
      '200 secret',
    );
    await expect(attempt(`http://LOCALHOST:${String(port)}/`, ['localhost'])).resolves.toBe('200 secret');
  });

  it('refuses every spelling of loopback, and sends nothing', async () => {
    const spellings = [
      '127.0.0.1',
      '2130706433',
      '0x7f.1',
      '0177.0.0.1',
      '127.1',
      '127.0.0.1.',
      '0',
      'localhost',
      'LocalHost.',
    ];
    const v6 = [
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[0:0:0:0:0:ffff:7f00:1]',
      '[::]',
      '[64:ff9b::127.0.0.1]',
      '[2002:7f00:1::]',
    ];
    const before = hits;
    for (const host of [...spellings, ...v6]) {
      await expect(attempt(`http://${host}:${String(port)}/`, ['example.com'])).rejects.toMatchObject({
        code: 'upstream_unavailable',
      });
    }
    expect(hits).toBe(before);
  });

  it('allows another port of an allowed endpoint no more than another host', async () => {
    await expect(attempt(`http://127.0.0.1:${String(port)}/`, ['127.0.0.1:1'])).rejects.toMatchObject({
      code: 'upstream_unavailable',
    });
  });

  it('refuses a public name that resolves to a private address, alone or among public ones', async () => {
    const mixed: AddressLookup = () => Promise.resolve([{ address: '1.1.1.1' }, { address: '169.254.169.254' }]);
    const none: AddressLookup = () => Promise.resolve([]);
    for (const lookup of [toLoopback, mixed, none]) {
      await expect(attempt(`http://rebind.example:${String(port)}/`, [], lookup)).rejects.toThrow(
        /not on the public internet/,
      );
    }
  });

  it('connects to the address that it has checked, with one look-up', async () => {
    let lookups = 0;
    const lookup: AddressLookup = () => {
      lookups++;
      // A rebinding name: public when it is checked, loopback when it is asked again.
      return Promise.resolve([{ address: lookups === 1 ? '2001:4860:4860::8888' : '127.0.0.1' }]);
    };
    const connect = guardedConnector({ allowedHosts: new Set(), lookup, connectTimeoutMs: 200 });
    const target = { hostname: 'rebind.example', host: 'rebind.example', protocol: 'http:', port: String(port) };
    const before = hits;
    const error = await new Promise<Error | null>((resolve) => {
      connect(target, (...outcome) => {
        resolve(outcome[0]);
      });
    });
    expect(error).not.toBeNull();
    expect(lookups).toBe(1);
    expect(hits).toBe(before);
  });

  it('bounds a look-up that never ends', async () => {
    const never: AddressLookup = () => new Promise(() => undefined);
    const connect = guardedConnector({ allowedHosts: new Set(), lookup: never, connectTimeoutMs: 20 });
    const target = { hostname: 'slow.example', host: 'slow.example', protocol: 'http:', port: '80' };
    const error = await new Promise<Error | null>((resolve) => {
      connect(target, (...outcome) => {
        resolve(outcome[0]);
      });
    });
    expect(error).toMatchObject({ code: 'upstream_unavailable', retryable: true });
  });

  it('does not follow a redirect', async () => {
    const before = hits;
    await expect(attempt(`http://127.0.0.1:${String(port)}/redirect`, ['127.0.0.1'])).resolves.toBe('302 ');
    expect(hits).toBe(before + 1);
  });

  it('cuts an answer that is larger than the cap', async () => {
    await expect(attempt(`http://127.0.0.1:${String(port)}/big`, ['127.0.0.1'])).rejects.toThrow(
      /larger than 100000 bytes/,
    );
  });

  it('ends at its deadline in the middle of a body', async () => {
    const guarded = guardedFetch({ ...options(['127.0.0.1']), deadlineMs: 50 });
    await expect(guarded.fetch(`http://127.0.0.1:${String(port)}/hang`)).rejects.toMatchObject({
      code: 'upstream_timeout',
    });
    await guarded.close();
  });

  it('throws the reason of the caller who gave up', async () => {
    const guarded = guardedFetch(options(['127.0.0.1']));
    const reason = new Error('enough');
    await expect(
      guarded.fetch(`http://127.0.0.1:${String(port)}/`, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    await guarded.close();
  });

  it.each(['file:///etc/passwd', 'data:text/plain,x', 'ftp://127.0.0.1/'])('fetches no %s', async (url) => {
    await expect(attempt(url, ['127.0.0.1'])).rejects.toThrow(/Only http and https/);
  });
});

describe('canonicalHost', () => {
  it.each([
    ['LocalHost', 'localhost'],
    ['example.com...', 'example.com'],
    ['[::1]', '::1'],
  ])('writes %s as %s', (host, canonical) => {
    expect(canonicalHost(host)).toBe(canonical);
  });
});
