import { GatewayError } from '../../errors.js';
import { AdministrationError } from '../administration/administration-error.js';
import { systemErrorCode } from '../fs-error.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** What to do about codes of PostgreSQL (its documentation, appendix A) and of the network. */
const REMEDIES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'nothing listens there: start PostgreSQL, or correct the host and the port of the URL'],
  ['ENOENT', 'there is no such socket: start PostgreSQL, or correct the host of the URL'],
  ['ENOTFOUND', 'there is no host of that name: correct the URL, or the name service'],
  ['EAI_AGAIN', 'the name service does not answer'],
  ['28P01', 'it refuses the password: correct the URL'],
  ['28000', 'it refuses the user: correct the URL, or pg_hba.conf of the server'],
  ['3D000', 'there is no such database: make it (createdb), or correct the URL'],
  ['42501', 'the user of the URL may not do that: make it the owner of the database'],
  ['53300', 'it has no connection to spare: raise max_connections, or start fewer gateways'],
  ['57P03', 'it is starting up or shutting down'],
  ['25006', 'it is read-only: name the primary server in the URL'],
  ['53100', 'its disk is full'],
]);

/** Somebody else's work is in the way: the transaction may be run again. */
const CONTENTION: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);
/** Characters that PostgreSQL keeps in no text: U+0000, and halves of surrogate pairs. */
const UNSTORABLE: ReadonlySet<string> = new Set(['22P05', '22021', '22P02']);

/** What the driver told of a statement or a connection; stays inside this folder. */
export class QueryFailure extends Error {
  /** SQLSTATE or the code of a system error; empty for what has none, such as a wait that ended. */
  readonly code: string;

  constructor(cause: unknown) {
    super('The database refused a statement, or did not answer.');
    this.name = 'QueryFailure';
    this.code = systemErrorCode(cause) ?? '';
  }
}

export function isContention(error: unknown): boolean {
  return error instanceof QueryFailure && CONTENTION.has(error.code);
}

/** The failure of a query as what the gateway says of it. What is no failure of the database comes back as it is. */
export function databaseFault(error: unknown, place: string): unknown {
  if (!(error instanceof QueryFailure)) return error;
  const { code } = error;
  if (UNSTORABLE.has(code)) {
    return new AdministrationError(
      'invalid',
      'A text holds a character that the database cannot keep, such as U+0000.',
    );
  }
  if (isContention(error)) return new StoreUnavailableError(`${place} is being written by others. Try again.`);
  const remedy = REMEDIES.get(code);
  if (remedy !== undefined) return new StoreUnavailableError(`${place} cannot be used: ${remedy} (${code}).`);
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(?:08|53|57)/.test(code)) {
    return new GatewayError('internal', `${place} refused a statement (SQLSTATE ${code}).`);
  }
  return new StoreUnavailableError(`${place} does not answer${code === '' ? ' in time' : ` (${code})`}.`);
}
