import { describe, expect, it } from '@jest/globals';
import { FailedKeys, networkOf } from '../../../src/limits/failed-keys.js';

describe('the throttle for wrong keys', () => {
  it('answers as many as it says a minute, then tells how long is left, and forgets after that', () => {
    let now = 0;
    const failed = new FailedKeys(
      () => 3,
      () => now,
    );
    expect([1, 2, 3].map(() => failed.failed('192.0.2.1'))).toEqual([0, 0, 0]);
    now = 10_000;
    expect(failed.failed('192.0.2.1')).toBe(50_000);
    expect(failed.failed('192.0.2.2')).toBe(0);
    now = 60_000;
    expect(failed.failed('192.0.2.1')).toBe(0);
  });

  it('takes the /64 of an IPv6 address for one, and an IPv4 address in IPv6 for itself', () => {
    expect(networkOf('2001:db8:1:2:3:4:5:6')).toBe(networkOf('2001:db8:1:2::1'));
    expect(networkOf('2001:db8:1:2::1')).not.toBe(networkOf('2001:db8:1:3::1'));
    expect(networkOf('::ffff:192.0.2.1')).toBe('192.0.2.1');
    expect(networkOf('fe80::1%eth0')).toBe(networkOf('fe80::2%eth0'));
    expect(networkOf('nonsense')).toBe('-');
  });

  it('remembers no more addresses for two hundred thousand of them than for ten thousand', () => {
    const failed = new FailedKeys(() => 60);
    let largest = 0;
    for (let n = 0; n < 200_000; n++) {
      failed.failed(`${String(n >> 16)}.1.${String((n >> 8) & 255)}.${String(n & 255)}`);
      if (failed.size > largest) largest = failed.size;
    }
    expect(largest).toBe(10_000);
  });

  it('is off at 0', () => {
    const failed = new FailedKeys(() => 0);
    for (let n = 0; n < 100; n++) expect(failed.failed('192.0.2.1')).toBe(0);
    expect(failed.size).toBe(0);
  });
});
