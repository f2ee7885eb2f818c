#!/usr/bin/env node
// Whether the time in which a wrong key is refused tells what is wrong with it: Welch's t-test between kinds of wrong keys.
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs, round } from './lib/common.mjs';
import { ApiKeyAuthenticator } from '../dist/oauth/inbound/api-key.authenticator.js';

const HELP = `node bench/key-timing.mjs [options]          (npm run build first; part of npm run soak)
  --samples N    keys of each kind; default 100000, times GATEWAY_SOAK_FRACTION if that is set
  --planted NS   expired keys take so much longer: to see that the measurement would find it
Passes when |t| < 4.5 (TVLA, ISO/IEC 17825) between unknown keys and every other kind, in the median of three measurements.`;

const MAX_T = 4.5;
const ROUNDS = 3;
const KEPT = 0.9;
const WARM_UP = 20_000;
/** Keys that the gateway knows. */
const STORED = 1000;
/** Hex digits that a wrong key's hash shares with a stored one. */
const SHARED_DIGITS = 60;

const a = parseArgs(process.argv.slice(2));
const samples = Math.round(
  Number(a.samples ?? 100_000) * (a.samples === undefined ? Number(process.env.GATEWAY_SOAK_FRACTION ?? 1) : 1),
);
const planted = BigInt(a.planted ?? 0);
if (a.help || !(samples >= 100)) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}

const hexOf = (key) => createHash('sha256').update(key).digest('hex');
const newKey = () => `smg_${randomBytes(32).toString('base64url')}`;
const principal = { keyId: 'x', userId: 'u', projectId: 'p', configId: 'c', tenant: 't', scopes: [], expiresAt: null };

/** Stored keys, and how a key of each kind is made. Every measured key is a string of its own. */
function setUp() {
  const keys = new Map();
  const store = (hex, rest) => keys.set(hex, { hash: Buffer.from(hex, 'hex'), expiresAt: null, ...rest });
  for (let n = 0; n < STORED; n++) store(hexOf(newKey()), { status: 'active', principal, config: null });
  const list = (make) => Array.from({ length: STORED }, make);
  const disabled = list(newKey);
  for (const key of disabled) store(hexOf(key), { status: 'refused', reason: 'disabled' });
  const expired = list(newKey);
  for (const key of expired) store(hexOf(key), { status: 'active', principal, config: null, expiresAt: 1 });
  const near = list(newKey);
  for (const key of near) {
    const hex = hexOf(key);
    const rest = hex.slice(SHARED_DIGITS).replace(/./g, (digit) => (digit === '0' ? '1' : '0'));
    store(hex.slice(0, SHARED_DIGITS) + rest, { status: 'active', principal, config: null });
  }
  // Two sets of the same kind: how far apart they are is what the measurement itself adds.
  return {
    keys,
    kinds: { unknown: list(newKey), 'unknown (control)': list(newKey), 'shares a prefix': near, disabled, expired },
  };
}

/** Times in nanoseconds by kind, in random order: what the machine does meanwhile hits all alike. */
function measure(authenticator, kinds, count) {
  const names = Object.keys(kinds);
  const times = Object.fromEntries(names.map((name) => [name, new Float64Array(count)]));
  const order = new Uint8Array(names.length);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < order.length; i++) order[i] = i;
    for (let i = order.length - 1; i > 0; i--) {
      const other = Math.floor(Math.random() * (i + 1));
      [order[i], order[other]] = [order[other], order[i]];
    }
    for (const index of order) {
      const name = names[index];
      // A copy: as from the wire, no string that was hashed or compared before.
      const key = Buffer.from(kinds[name][n % STORED]).toString('latin1');
      const credentials = { key, projectId: undefined, userId: undefined };
      const start = process.hrtime.bigint();
      try {
        authenticator.authenticate(credentials);
        throw new Error(`a key that is ${name} was let in`);
      } catch (error) {
        if (planted > 0n && name === 'expired') wait(planted);
        times[name][n] = Number(process.hrtime.bigint() - start);
        if (error.code !== 'unauthenticated') throw error;
      }
    }
  }
  return times;
}

function wait(ns) {
  const until = process.hrtime.bigint() + ns;
  while (process.hrtime.bigint() < until);
}

/** Without the slowest tenth of both: the collector and other processes, which on a busy machine reach more than a hundredth. The bound is the same for both, so that it favours none. */
function trimmed(first, second) {
  const all = Float64Array.from([...first, ...second]).sort();
  const bound = all[Math.floor(all.length * KEPT)];
  return [first, second].map((times) => times.filter((time) => time <= bound));
}

function welch(first, second) {
  const stats = [first, second].map((times) => {
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1);
    return { mean, share: variance / times.length };
  });
  const t = (stats[0].mean - stats[1].mean) / Math.sqrt(stats[0].share + stats[1].share);
  return { t, meanNs: stats.map(({ mean }) => mean) };
}

const { keys, kinds } = setUp();
const authenticator = new ApiKeyAuthenticator({ keys: { find: (hex) => keys.get(hex) } }, { note: () => undefined });
measure(authenticator, kinds, Math.min(WARM_UP, samples));
const seen = new Map();
for (let n = 0; n < ROUNDS; n++) {
  const times = measure(authenticator, kinds, samples);
  for (const [name, own] of Object.entries(times)) {
    if (name === 'unknown') continue;
    seen.set(name, [...(seen.get(name) ?? []), welch(...trimmed(times.unknown, own))]);
  }
}
let failed = false;
for (const [name, results] of seen) {
  const sorted = [...results].sort((x, y) => Math.abs(x.t) - Math.abs(y.t));
  const { t, meanNs } = sorted[Math.floor(ROUNDS / 2)];
  if (Math.abs(t) >= MAX_T) failed = true;
  const each = results.map((result) => round(result.t, 2)).join(', ');
  console.log(
    `unknown / ${name}: t = ${round(t, 2)} (${each}), means ${round(meanNs[0], 0)} / ${round(meanNs[1], 0)} ns, ${samples} samples`,
  );
}
console.log(failed ? `FAILED: |t| must stay below ${MAX_T}` : 'passed');
process.exit(failed ? 1 : 0);
