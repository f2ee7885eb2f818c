import { describe, expect, it } from '@jest/globals';
import { AddressList, isAddressRange } from '../../../src/config/address-list.js';
import { clientAddress } from '../../../src/oauth/inbound/client-address.js';

describe('a list of addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.7', '::ffff:192.0.2.7', true],
    ['192.0.2.7', '::ffff:c000:207', true],
    ['::ffff:192.0.2.0/120', '192.0.2.9', true],
    ['::ffff:192.0.2.0/120', '192.0.3.9', false],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '203.0.113.1', false],
    ['::/0', '::ffff:203.0.113.1', false],
    ['2001:db8::/32', '2001:0DB8:1::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['127.0.0.1', '0177.0.0.1', false],
    ['127.0.0.1', '2130706433', false],
    ['127.0.0.1', 'localhost', false],
    ['127.0.0.1', '', false],
    ['127.0.0.1', undefined, false],
  ])('%s holds %s: %p', (range, address, isHeld) => {
    expect(new AddressList([range]).includes(address)).toBe(isHeld);
  });

  it.each(['192.0.2.7', '192.0.2.0/24', '::1', '2001:db8::/32', '::ffff:192.0.2.0/120', '0.0.0.0/0', '::/0'])(
    'takes %s',
    (text) => {
      expect(isAddressRange(text)).toBe(true);
    },
  );

  it.each([
    '',
    'localhost',
    '192.0.2',
    '192.0.2.0/33',
    '192.0.2.0/',
    '192.0.2.0/-1',
    '192.0.2.0/1e1',
    '010.0.0.1',
    '::1/129',
    '::ffff:192.0.2.0/24',
    'fe80::1%eth0',
    '192.0.2.0/24/8',
    ' 192.0.2.1',
    '192.0.2.1-192.0.2.9',
  ])('does not take %j', (text) => {
    expect(isAddressRange(text)).toBe(false);
  });
});

describe('the address of a client', () => {
  const PROXIES = new AddressList(['10.0.0.0/8', '::1']);
  const from = (remoteAddress: string | undefined, forwarded?: string) =>
    clientAddress({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }, PROXIES);

  it.each([
    ['the socket without proxies in between', '192.0.2.7', undefined, '192.0.2.7'],
    ['the socket, whatever somebody untrusted writes', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['what a trusted proxy wrote', '10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['the same over an IPv6 socket', '::ffff:10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['the last hop that is not trusted', '10.0.0.1', '203.0.113.66, 198.51.100.1, 10.0.0.9', '198.51.100.1'],
    ['the first hop when all are trusted', '10.0.0.1', '10.0.0.7, 10.0.0.9', '10.0.0.7'],
    ['the proxy itself when it names nobody', '10.0.0.1', undefined, '10.0.0.1'],
    ['without the port that some proxies write', '10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['IPv6 in brackets', '10.0.0.1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['IPv6 without', '10.0.0.1', '2001:db8::7', '2001:db8::7'],
    ['nobody behind an unreadable hop', '10.0.0.1', '198.51.100.1, unknown', undefined],
    ['nobody behind an empty hop', '10.0.0.1', '198.51.100.1,', undefined],
    ['nobody behind more hops than any real way has', '10.0.0.1', Array(65).fill('10.0.0.2').join(), undefined],
  ])('is %s', (_what, socket, forwarded, expected) => {
    expect(from(socket, forwarded)).toBe(expected);
  });

  it('is that of the socket as long as no proxy is trusted', () => {
    const peer = { socket: { remoteAddress: '10.0.0.1' }, headers: { 'x-forwarded-for': '198.51.100.1' } };
    expect(clientAddress(peer, null)).toBe('10.0.0.1');
  });
});
