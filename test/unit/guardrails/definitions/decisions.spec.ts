import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CliIo } from '../../../../src/cli/cli-io.js';
import { decideDefinitions } from '../../../../src/cli/definitions/decide-definitions.js';
import { resolvePinning } from '../../../../src/config/schema-pinning.js';
import { canonicalJson, definitionHash } from '../../../../src/guardrails/definitions/canonical-json.js';
import { type PinEntry, pinEntries } from '../../../../src/guardrails/definitions/pin-entries.js';
import { judgePins } from '../../../../src/guardrails/definitions/pin-judgement.js';
import { approve, reject, toolKey } from '../../../../src/guardrails/definitions/pin-record.js';
import { PinStore } from '../../../../src/guardrails/definitions/pin-store.js';

const NOW = '2026-11-22T12:00:00.000Z';
const KEY = toolKey('add');
const io = { stdout: () => undefined, stderr: () => undefined } as unknown as CliIo;

let folder: string;
let config: string;
let store: PinStore;

function offer(description: string) {
  const text = canonicalJson({ name: 'add', description });
  return { key: KEY, hash: definitionHash(text), text };
}

async function see(description: string): Promise<PinEntry> {
  const policy = resolvePinning('review');
  if (policy === null) throw new Error('pinning is off');
  const { record } = await store.update(
    'c',
    's',
    (before) => judgePins(before, 't', [offer(description)], policy, NOW).record,
  );
  const [entry] = pinEntries(record);
  if (entry === undefined) throw new Error('nothing is kept');
  return entry;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'decisions-'));
  config = join(folder, 'config.json');
  writeFileSync(config, '{}');
  store = new PinStore(config);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

describe('a decision about a definition', () => {
  it('takes a whole id: a server could make another definition whose id begins the same', async () => {
    const { id } = await see('Adds.');
    await expect(decideDefinitions('approve', [id.slice(0, 8)], { config }, io)).rejects.toThrow(/no whole id/);
    expect((await see('Adds.')).status).toBe('review');
    expect(await decideDefinitions('approve', [id], { config }, io)).toBe(0);
    expect((await see('Adds.')).status).toBe('pinned');
  });

  it('does not release what was rejected together with what waits', async () => {
    const { hash } = await see('Adds.');
    await store.decide('c', 's', (record) => reject(record, KEY, hash));
    await expect(decideDefinitions('approve', [], { config, server: 's' }, io)).rejects.toThrow(/waits for a decision/);
    expect((await see('Adds.')).status).toBe('rejected');
  });

  it('is refused, not said to be made, when the definition has changed since it was shown', async () => {
    const { hash } = await see('Adds.');
    await see('Adds and sends.');
    await expect(store.decide('c', 's', (record) => approve(record, KEY, hash, NOW))).rejects.toThrow(
      /waits for nothing/,
    );
    expect((await see('Adds and sends.')).status).toBe('review');
  });
});
