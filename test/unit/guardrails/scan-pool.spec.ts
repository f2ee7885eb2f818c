import { afterEach, describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../../src/contracts/verdict.js';
import { GuardrailEngine } from '../../../src/guardrails/engine.js';
import { CompiledPolicy } from '../../../src/guardrails/policy-compiler.js';
import { ScanPool } from '../../../src/guardrails/scan-pool.js';
import { CALL, policyOf } from './fixtures.js';

/** A thread that finds nothing, ends at the text `crash`, and never comes back from `hang`. */
const THREAD = `
  import { parentPort } from 'node:worker_threads';
  const known = new Set();
  parentPort.on('message', ({ id, policy, detectors, forgetsOthers, texts: [{ text }] }) => {
    if (text === 'crash') process.exit(3);
    if (text === 'throw') throw new Error('secret detail');
    if (text === 'hang') for (;;);
    if (forgetsOthers) known.clear();
    if (detectors !== null) known.add(policy);
    if (!known.has(policy)) return parentPort.postMessage({ id, failure: 'unknown policy' });
    parentPort.postMessage({ id, result: { found: [], decodedViews: known.size } });
  });
`;
const policy = new CompiledPolicy(policyOf({ keywords: ['project x'] }));
const NOTHING = { found: [], decodedViews: 1 };
const REFUSED = { code: 'guardrail_unavailable' };

let pool: ScanPool;
const start = (jobMs = 10_000): ScanPool =>
  (pool = new ScanPool(new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`), jobMs));
const scan = (text: string, by = policy) => pool.scan(by, [{ text, field: '', isPart: false }], CALL);

afterEach(() => pool.onApplicationShutdown());

describe('scan threads', () => {
  it.each(['crash', 'throw'])(
    'refuse what they were given when they break off (%s), and are replaced',
    async (text) => {
      start();
      expect(await scan('fine')).toEqual(NOTHING);
      await expect(scan(text)).rejects.toMatchObject({ ...REFUSED, message: expect.not.stringContaining('secret') });
      expect(await scan('fine')).toEqual(NOTHING);
    },
  );

  it('refuse what takes too long, and are replaced', async () => {
    start(300);
    const [hanging, behind] = [scan('hang'), scan('hang')];
    await expect(hanging).rejects.toMatchObject(REFUSED);
    await expect(behind).rejects.toMatchObject(REFUSED);
    expect(await scan('fine')).toEqual(NOTHING);
  });

  it('that break off refuse the payload, and small payloads do not notice', async () => {
    const dear = Object.assign(new CompiledPolicy(policyOf({ keywords: ['project x'] })), { isDear: true });
    const engine = new GuardrailEngine({ compile: () => dear, pool: start() });
    const padding = 'x'.repeat(100_000);
    const check = async (value: Record<string, unknown>): Promise<Verdict> =>
      (await engine.inspectInput(policyOf({}), value, CALL)).verdict;
    await expect(check({ text: 'crash', padding })).rejects.toMatchObject(REFUSED);
    expect(await check({ text: 'project x' })).toMatchObject({ findings: [{ detector: 'keyword_detector' }] });
    // The thread of this test finds nothing, and so it was the one that was asked.
    expect(await check({ text: 'project x', padding })).toMatchObject({ findings: [] });
  });

  it('know every policy they are asked about, also after more than they keep', async () => {
    start();
    const policies = Array.from({ length: 150 }, () => new CompiledPolicy(policyOf({ keywords: ['x'] })));
    for (const one of [...policies, ...policies]) {
      expect((await scan('fine', one)).decodedViews).toBeLessThanOrEqual(64);
    }
  });

  it('end with the gateway, and what they were given is refused', async () => {
    start();
    const hanging = expect(scan('hang')).rejects.toMatchObject(REFUSED);
    await pool.onApplicationShutdown();
    await hanging;
    expect(pool.hasRoom()).toBe(false);
    await expect(scan('fine')).rejects.toMatchObject(REFUSED);
  });

  it('have no room when 32 Mi of text wait', async () => {
    start();
    const waiting = [scan('x'.repeat(20_000_000)), scan('x'.repeat(20_000_000)), scan('x'.repeat(30_000_000))];
    // One thread or two, as the machine has cores.
    waiting.push(scan('x'.repeat(30_000_000)));
    expect(pool.hasRoom()).toBe(false);
    await Promise.all(waiting);
    expect(pool.hasRoom()).toBe(true);
  });
});
