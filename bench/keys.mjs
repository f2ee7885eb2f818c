#!/usr/bin/env node
// Authentication against a million keys in PostgreSQL: known keys, keys that must be looked up, memory.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs, round } from './lib/common.mjs';
import { Postgres } from './lib/postgres.mjs';

const HELP = `node bench/keys.mjs [options]          (build first: npm run build)
  --keys N      default 1000000, times GATEWAY_SOAK_FRACTION if that is set
  --cold N      keys that are looked up, each once; default 20000
  --warm N      keys that are known, asked for again and again; default 10000
Passes when p99 is at most 2 ms for known keys and 15 ms for others, and memory stays within 150 MB of the start.`;

const WARM_MS = 2;
const COLD_MS = 15;
const MAX_GROWTH_MB = 150;
const CONCURRENCY = 16;
const BATCH = 20_000;
const PROJECTS = 100;
const USERS = 10_000;

const a = parseArgs(process.argv.slice(2));
const keys = Math.round(Number(a.keys ?? 1_000_000 * Number(process.env.GATEWAY_SOAK_FRACTION ?? 1)));
const cold = Math.min(Number(a.cold ?? 20_000), Math.floor(keys / 2));
const warm = Math.min(Number(a.warm ?? 10_000), cold);
if (a.help || !(keys > 100)) {
  console.error(HELP);
  process.exit(a.help ? 0 : 2);
}

const dist = path.resolve(import.meta.dirname, '..', 'dist');
const load = (file) => import(path.join(dist, file));
const keyOf = (number) => `smg_bench_${number}`;
const hexOf = (number) => createHash('sha256').update(keyOf(number)).digest('hex');
const p99 = (times) => times.sort((x, y) => x - y)[Math.floor(times.length * 0.99)];
const rssMb = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
};

async function fill(server, repository) {
  const ids = (count, letter) => Array.from({ length: count }, (_, index) => `${letter}${index}`);
  const users = ids(USERS, 'u');
  const projects = ids(PROJECTS, 'p');
  await repository.change((document) => {
    document.mcp_configs = { c0: { mcp_config_name: 'bench', mcp_config: [] } };
    document.users = Object.fromEntries(users.map((id) => [id, { email: `${id}@example.com` }]));
    document.projects = Object.fromEntries(
      projects.map((id, index) => [
        id,
        { project_name: id, mcp_config_id: 'c0', users: users.filter((_, user) => user % PROJECTS === index) },
      ]),
    );
  });
  for (let from = 0; from < keys; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, keys - from) }, (_, index) => from + index);
    await server.sql(
      `INSERT INTO smg.api_keys (hash, body) SELECT decode(h, 'hex'), b::jsonb FROM unnest($1::text[], $2::text[]) AS t (h, b)`,
      [
        numbers.map(hexOf),
        numbers.map((number) =>
          JSON.stringify({
            user_id: `u${number % USERS}`,
            project_id: `p${(number % USERS) % PROJECTS}`,
            created_at: '2026-01-01T00:00:00Z',
            expires_at: null,
            disabled: false,
          }),
        ),
      ],
    );
  }
  await server.sql('ANALYZE smg.api_keys');
}

/** Times of `count` authentications in milliseconds, so many at a time. */
async function measure(count, keyAt, authenticator) {
  const times = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const number = next++;
      const credentials = { key: keyAt(number), projectId: undefined, userId: undefined };
      const started = performance.now();
      const found = authenticator.authenticate(credentials);
      const { principal } = found instanceof Promise ? await found : found;
      times.push(performance.now() - started);
      if (principal === undefined) throw new Error('a key was not recognised');
      // Others get their turn, as between requests.
      if (number % 64 === 0) await new Promise(setImmediate);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return times;
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gateway-keys-'));
const server = await Postgres.start();
let passed;
try {
  const [{ openPostgresSource }, { ConfigStore }, { parseAddress }, { ApiKeyAuthenticator }] = await Promise.all([
    load('config/postgres/open-postgres-source.js'),
    load('config/config-store.js'),
    load('config/postgres/database-address.js'),
    load('oauth/inbound/api-key.authenticator.js'),
  ]);
  const config = path.join(folder, 'config.json');
  const source = await openPostgresSource(parseAddress(server.url, 'the URL'), config);
  const started = performance.now();
  await fill(server, source.repository);
  console.error(`${keys} keys made in ${round((performance.now() - started) / 1000, 1)} s`);
  const store = await ConfigStore.over(source, config);
  const authenticator = new ApiKeyAuthenticator(store, { note: () => undefined });
  // The first hundreds of calls are when the engine compiles.
  await measure(500, (number) => keyOf(keys - 1 - number), authenticator);
  const before = rssMb();
  const stride = Math.floor((keys - 1000) / cold);
  const coldMs = p99(await measure(cold, (number) => keyOf(number * stride), authenticator));
  const warmMs = p99(await measure(warm * 20, (number) => keyOf((cold - 1 - (number % warm)) * stride), authenticator));
  // More keys than are kept.
  await measure(Math.min(keys, 100_000), (number) => keyOf(number), authenticator);
  const after = rssMb();
  const writes = [];
  const { setKeyDisabled } = await load('config/administration/api-keys.js');
  for (let number = 0; number < 50; number++) {
    const key = keyOf(number);
    const at = performance.now();
    await store.repository.change((document) => setKeyDisabled(document, key, true), undefined, { key });
    writes.push(performance.now() - at);
  }
  passed = warmMs <= WARM_MS && coldMs <= COLD_MS && after - before <= MAX_GROWTH_MB;
  console.log(
    `${passed ? 'PASS' : 'FAIL'}  ${keys} keys: known p99 ${round(warmMs, 3)} ms (at most ${WARM_MS}), looked up p99 ${round(coldMs, 2)} ms ` +
      `(at most ${COLD_MS}), memory ${round(before, 0)} -> ${round(after, 0)} MB with ${store.keys.size} keys kept, ` +
      `disabling one p99 ${round(p99(writes), 1)} ms`,
  );
  store.close();
} finally {
  await server.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
process.exit(passed === true ? 0 : 1);
