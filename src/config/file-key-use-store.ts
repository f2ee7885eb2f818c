import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { StagedFile } from './file/staged-file.js';
import type { KeyUseStore, KeyUseTimes } from './key-use-store.js';
import { throughLink } from './write-config-file.js';

const NAME = 'key-uses.json';
const KEY_ID = /^[0-9a-f]{12}$/;
/** Past that, the oldest times are forgotten: the file also holds those of keys that are gone. */
const MAX_KEYS = 100_000;
/** Other gateways with this file write it too, each seldom. */
const TRIES = 5;

/** Times of last use in a file beside the config, so that the config itself is not written because a key was used. */
export class FileKeyUseStore implements KeyUseStore {
  private readonly path: string;

  /** @param configPath absolute path of the config file */
  constructor(configPath: string) {
    this.path = join(dirname(configPath), NAME);
  }

  async load(): Promise<KeyUseTimes> {
    try {
      return timesIn(JSON.parse(await readFile(this.path, 'utf8')));
    } catch {
      return new Map();
    }
  }

  async save(times: KeyUseTimes): Promise<void> {
    const target = await throughLink(this.path);
    for (let tries = 0; tries < TRIES; tries++) {
      const staged = await StagedFile.open(target);
      try {
        const all = merged(await this.load(), times);
        const newest = [...all].sort(([, one], [, other]) => other - one).slice(0, MAX_KEYS);
        const lines = newest.map(([id, time]) => [id, new Date(time).toISOString()]);
        await staged.write(Buffer.from(`${JSON.stringify(Object.fromEntries(lines), null, 1)}\n`));
        if (await staged.replace()) return;
      } finally {
        await staged.discard();
      }
    }
  }
}

/** Of two times of one key, the later one. */
export function merged(one: KeyUseTimes, other: KeyUseTimes): Map<string, number> {
  const all = new Map(one);
  for (const [id, time] of other) all.set(id, Math.max(time, all.get(id) ?? 0));
  return all;
}

function timesIn(json: unknown): Map<string, number> {
  const times = new Map<string, number>();
  if (typeof json !== 'object' || json === null) return times;
  for (const [id, text] of Object.entries(json)) {
    const time = typeof text === 'string' ? Date.parse(text) : Number.NaN;
    if (KEY_ID.test(id) && Number.isFinite(time)) times.set(id, time);
  }
  return times;
}
