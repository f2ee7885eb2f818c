import { locateConfig } from '../../config/locate.js';
import { GatewayError } from '../../errors.js';
import { type PinEntry, pinEntries } from '../../guardrails/definitions/pin-entries.js';
import type { PinRecord } from '../../guardrails/definitions/pin-record.js';
import { PinStore } from '../../guardrails/definitions/pin-store.js';
import type { CliIo } from '../cli-io.js';
import { plainLine } from '../plain-text.js';

/** An entry with the record that it stands in. */
export interface FoundDefinition {
  readonly record: PinRecord;
  readonly entry: PinEntry;
}

/** The store beside the config file in use. */
export function pinStore(config: string | undefined): PinStore {
  return new PinStore(locateConfig(config).path);
}

/** Every definition in the store; a damaged record is told of on stderr. @returns also whether there was one */
export async function allDefinitions(
  store: PinStore,
  io: CliIo,
): Promise<{ readonly found: readonly FoundDefinition[]; readonly damaged: boolean }> {
  const { records, faults } = await store.all();
  for (const { message } of faults) io.stderr(`error: ${plainLine(message)}\n`);
  const found = records.flatMap((record) => pinEntries(record).map((entry) => ({ record, entry })));
  return { found, damaged: faults.length > 0 };
}

/**
 * The one whose id begins so; like a commit, it may be cut short.
 * @throws GatewayError config_invalid
 */
export function definitionOf(found: readonly FoundDefinition[], id: string): FoundDefinition {
  const fitting = /^[0-9a-f]{4,16}$/.test(id) ? found.filter(({ entry }) => entry.id.startsWith(id)) : [];
  const [only, second] = fitting;
  if (only !== undefined && second === undefined) return only;
  const fault = only === undefined ? 'No definition has the id' : 'Several definitions have an id that begins with';
  throw new GatewayError(
    'config_invalid',
    `${fault} ${JSON.stringify(id)}. "definitions list" has the ids of now: one that changes again gets another id.`,
  );
}
