import { GatewayError } from '../../errors.js';
import { addressOf } from '../../guardrails/definitions/pin-entries.js';
import { approve, reject } from '../../guardrails/definitions/pin-record.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import { allDefinitions, definitionOf, type FoundDefinition, pinStore } from './find-definitions.js';

export interface DecideOptions {
  readonly config?: string;
  readonly server?: string;
  readonly json?: boolean;
}

/** `definitions approve` and `definitions reject`: running gateways take the decision over within a second. */
export async function decideDefinitions(
  decision: 'approve' | 'reject',
  ids: readonly string[],
  options: DecideOptions,
  io: CliIo,
): Promise<number> {
  const store = pinStore(options.config);
  const { found } = await allDefinitions(store, io);
  const chosen =
    options.server === undefined ? ids.map((id) => definitionOf(found, whole(id))) : waiting(found, options.server);
  for (const { entry } of chosen) {
    const { config, server, key, hash } = addressOf(entry);
    if (entry.status === 'pinned')
      throw new GatewayError('config_invalid', `${entry.id} is in force and waits for nothing.`);
    const now = new Date().toISOString();
    await store.decide(config, server, (record) =>
      decision === 'approve' ? approve(record, key, hash, now) : reject(record, key, hash),
    );
  }
  const done = decision === 'approve' ? 'approved' : 'rejected';
  const entries = chosen.map(({ entry }) => entry);
  if (options.json === true) io.stdout(`${JSON.stringify({ [done]: entries.map(({ id }) => id) })}\n`);
  else
    for (const { id, server, name } of entries) io.stdout(`${done} ${id}  ${plainLine(server)} / ${plainLine(name)}\n`);
  return EXIT.ok;
}

/** A server can make a definition whose id begins like one that was shown, and offer it in its place: a decision names all of it. */
function whole(id: string): string {
  if (/^[0-9a-f]{16}$/.test(id)) return id;
  throw new GatewayError(
    'config_invalid',
    `${JSON.stringify(id)} is no whole id: a decision takes all 16 digits, as "definitions diff" shows them.`,
  );
}

/** What was rejected waits for nothing: only its own id takes that back. */
function waiting(found: readonly FoundDefinition[], server: string): readonly FoundDefinition[] {
  const fitting = found.filter(
    ({ entry }) => entry.server === server && (entry.status === 'changed' || entry.status === 'review'),
  );
  if (fitting.length > 0) return fitting;
  throw new GatewayError('config_invalid', `No definition of a server ${JSON.stringify(server)} waits for a decision.`);
}
