import { hash, randomBytes } from 'node:crypto';
import type { TokenVault } from '../token-vault.js';
import { LOGIN_LIFE_MS, type LoginTicket, type SentLogin } from './login-record.js';

/** 256 bits: nobody guesses a link or a state. */
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;

export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Logins under way, in the vault and thus on every replica. Links and states are stored by their digest alone. */
export class LoginStore {
  readonly #vault: TokenVault;
  readonly #now: () => number;

  /** @param now epoch milliseconds */
  constructor(vault: TokenVault, now: () => number = Date.now) {
    this.#vault = vault;
    this.#now = now;
  }

  /** @throws VaultFault */
  keepTicket(id: string, ticket: LoginTicket): Promise<void> {
    const leftMs = ticket.createdAt + LOGIN_LIFE_MS - this.#now();
    return this.#vault.keep(nameOf('ticket', id), JSON.stringify(ticket), Math.max(1, leftMs));
  }

  /** Null when it is over or was never there. @throws VaultFault */
  async ticket(id: string): Promise<LoginTicket | null> {
    if (!SECRET.test(id)) return null;
    const text = await this.#vault.look(nameOf('ticket', id));
    const ticket = text === null ? null : (JSON.parse(text) as LoginTicket);
    return ticket !== null && this.#isAlive(ticket.createdAt) ? ticket : null;
  }

  /** @throws VaultFault */
  keepSent(state: string, sent: SentLogin): Promise<void> {
    return this.#vault.keep(nameOf('state', state), JSON.stringify(sent), LOGIN_LIFE_MS);
  }

  /** @throws VaultFault */
  async sent(state: string): Promise<SentLogin | null> {
    if (!SECRET.test(state)) return null;
    return this.#readSent(await this.#vault.look(nameOf('state', state)));
  }

  /** Of all who come with the same state, one gets it. @throws VaultFault */
  async takeSent(state: string): Promise<SentLogin | null> {
    return this.#readSent(await this.#vault.take(nameOf('state', state)));
  }

  #readSent(text: string | null): SentLogin | null {
    const sent = text === null ? null : (JSON.parse(text) as SentLogin);
    return sent !== null && this.#isAlive(sent.sentAt) ? sent : null;
  }

  /** The vault forgets by its own clock; this holds whatever it does. */
  #isAlive(since: number): boolean {
    const age = this.#now() - since;
    return age < LOGIN_LIFE_MS && age > -LOGIN_LIFE_MS;
  }
}

/** NUL cannot occur in the names of tokens' owners, so that no login has the name of a token. */
function nameOf(kind: 'ticket' | 'state', secret: string): string {
  return `login\u0000${kind}\u0000${hash('sha256', secret, 'hex')}`;
}
