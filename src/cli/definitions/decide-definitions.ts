import { createHash } from 'node:crypto';
import { GatewayError } from '../../errors.js';
import { addressOf } from '../../guardrails/definitions/pin-entries.js';
import { approve, reject } from '../../guardrails/definitions/pin-record.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import { allDefinitions, definitionOf, type FoundDefinition, pinStore } from './find-definitions.js';

export interface DecideOptions {
  readonly config?: string;
  readonly server?: string;
  /** Of what was shown: bulk approval takes over this and nothing that came since. */
  readonly digest?: string;
  readonly json?: boolean;
}

const DIGEST_DIGITS = 16;

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
  if (decision === 'approve' && options.server !== undefined && options.digest !== digestOf(chosen)) {
    return showWaiting(chosen, options, io);
  }
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

/** Names a set of definitions: every id is a hash of what it stands for. */
function digestOf(chosen: readonly FoundDefinition[]): string {
  const ids = chosen.map(({ entry }) => entry.id).sort();
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, DIGEST_DIGITS);
}

/** Nothing is approved unseen: the set, and how to approve just that. */
function showWaiting(chosen: readonly FoundDefinition[], { digest, json }: DecideOptions, io: CliIo): number {
  const now = digestOf(chosen);
  const entries = chosen.map(({ entry: { id, server, name, status } }) => ({ id, server, name, status }));
  if (json === true) io.stdout(`${JSON.stringify({ approved: [], waiting: entries, digest: now })}\n`);
  else {
    for (const { id, server, name, status } of entries) {
      io.stdout(`${id}  ${plainLine(server)} / ${plainLine(name)}  ${status}\n`);
    }
  }
  const why = digest === undefined ? 'Nothing was approved yet.' : 'Nothing was approved: something else waits now.';
  io.stderr(`${why} Look at each with "definitions diff <id>", then repeat with --digest ${now}\n`);
  return EXIT.failure;
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
