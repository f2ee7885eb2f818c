import type { Readable, Writable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { GatewayError, toGatewayError } from '../../errors.js';
import type { Caller } from '../../oauth/inbound/api-key.authenticator.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { THIS_MACHINE } from '../../oauth/inbound/client-address.js';
import type { Credentials } from '../../oauth/inbound/credentials.js';
import { parseStrictJson, refuseInexactNumbers } from '../../strict-json.js';
import { AdmissionLog } from '../admission-log.js';
import { MAX_MESSAGE_BYTES } from '../protocol.js';
import { type ClientMessage, envelopeVersion, readClientMessage } from '../client-message.js';
import { type Door, Relay } from '../relay.js';
import { RequestIds } from '../request-ids.js';
import { type RpcResponse, agreedVersion, encodeResponse, failure } from '../rpc-response.js';
import type { Notify } from '../../contracts/client-end.js';
import { openedFor } from '../reverse/declared-session.js';
import type { ClientSession } from '../sessions/client-session.js';
import { InFlight } from '../sessions/in-flight.js';
import { RequestScope } from '../sessions/request-scope.js';
import { SessionStore } from '../sessions/session-store.js';
import { LineSplitter } from './line-splitter.js';

type RequestMessage = Extract<ClientMessage, { kind: 'request' }>;
type NotificationMessage = Extract<ClientMessage, { kind: 'notification' }>;

/** How long requests under way may still take once the client has closed its end. */
const DRAIN_MS = 10_000;

/** The stdio door: one client, newline-delimited JSON-RPC, credentials of the environment checked again on every message. */
@Injectable()
export class StdioDoor {
  private readonly requestIds = new RequestIds();
  private readonly running = new Set<Promise<void>>();
  private session: ClientSession | null = null;
  /** Requests of the 2026 era under way: on stdio they are cancelled by a message as well. */
  private readonly modern = new InFlight();
  private output: Writable | undefined;

  constructor(
    private readonly relay: Relay,
    private readonly authenticator: CallerAuthenticator,
    private readonly sessions: SessionStore,
    private readonly admissions: AdmissionLog,
  ) {}

  /** Serves until the input ends; then finishes what is under way. */
  async serve(input: Readable, output: Writable, credentials: Credentials): Promise<void> {
    this.output = output;
    const lines = new LineSplitter(MAX_MESSAGE_BYTES);
    try {
      for await (const chunk of input as AsyncIterable<Buffer>) {
        for (const line of lines.push(chunk)) this.take(line, credentials);
      }
      const rest = lines.rest();
      if (rest !== null) this.take(rest, credentials);
    } finally {
      this.sessions.drain();
      await this.drain();
      if (this.session !== null) this.sessions.end(this.session, 'The client closed its input.');
    }
  }

  private take(line: Buffer | 'too_long', credentials: Credentials): void {
    if (line === 'too_long') {
      this.write(failure(null, new GatewayError('invalid_request', 'The message is too long.')));
      return;
    }
    if (isBlank(line)) return;
    let message: ClientMessage;
    try {
      const value = parseStrictJson(line);
      refuseInexactNumbers(line);
      message = readClientMessage(value);
    } catch (error) {
      this.write(failure(null, toGatewayError(error)));
      return;
    }
    if (message.kind === 'notification' && !this.cancelsModern(message)) {
      this.relay.notification(message, this.session);
    }
    if (message.kind === 'response') this.relay.response(message, this.session);
    if (message.kind !== 'request') return;
    const work = this.serveRequest(message, credentials).finally(() => this.running.delete(work));
    this.running.add(work);
  }

  /** Never rejects: a failure is the answer. */
  private async serveRequest(message: RequestMessage, credentials: Credentials): Promise<void> {
    try {
      const found = this.identify(message.method, credentials);
      const caller = found instanceof Promise ? await found : found;
      const era = envelopeVersion(message.params) === undefined ? '2025' : '2026';
      const session = era === '2025' ? this.session : null;
      const door = { caller, era, session, notify: this.notify, requestId: this.requestIds.next() } as const;
      const response = await this.answered(message, door);
      if (response === null) return;
      const version = message.method === 'initialize' ? agreedVersion(response) : undefined;
      if (version !== undefined) this.openSession(caller, version, message.params.capabilities);
      this.write(response);
    } catch (error) {
      this.write(failure(message.id, toGatewayError(error)));
    }
  }

  private async answered(message: RequestMessage, door: Door): Promise<RpcResponse | null> {
    const scope = new RequestScope();
    if (door.session !== null || door.era === '2025') return this.relay.request(message, door, scope);
    this.modern.add(message.id, scope);
    try {
      return await this.relay.request(message, door, scope);
    } finally {
      this.modern.delete(message.id);
    }
  }

  private cancelsModern({ method, params: { requestId: id } }: NotificationMessage): boolean {
    if (method !== 'notifications/cancelled' || (typeof id !== 'string' && typeof id !== 'number')) return false;
    const scope = this.modern.get(id);
    scope?.cancel('Cancelled by the client.');
    return scope !== undefined;
  }

  /** @throws GatewayError unauthenticated (or rejects with it) */
  private identify(method: string, credentials: Credentials): Caller | Promise<Caller> {
    const refuse = (cause: unknown): never => {
      const error = toGatewayError(cause);
      this.admissions.denied(method, error, undefined);
      // The key may be good: it cannot be looked up now.
      if (error.code === 'overloaded') throw error;
      throw new GatewayError(
        'unauthenticated',
        'Not authenticated. Set ENKRYPT_GATEWAY_KEY in the env of this MCP server to a valid gateway key.',
      );
    };
    try {
      const found = this.authenticator.authenticate(credentials, THIS_MACHINE);
      return found instanceof Promise ? found.catch(refuse) : found;
    } catch (cause) {
      return refuse(cause);
    }
  }

  private openSession(caller: Caller, protocolVersion: string, capabilities: unknown): void {
    if (this.session !== null) this.sessions.end(this.session, 'The client initialized again.');
    this.session = this.sessions.open(caller.principal, protocolVersion);
    openedFor(this.session, capabilities);
    this.session.notify = this.notify;
  }

  private readonly notify: Notify = (method, params, id) => {
    // A client that does not read must not fill the memory: notifications are dropped, answers are not.
    if (this.output?.writableNeedDrain === true) return false;
    this.writeLine(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return true;
  };

  private write(response: RpcResponse): void {
    this.writeLine(encodeResponse(response));
  }

  private writeLine(json: string): void {
    this.output?.write(`${json}\n`);
  }

  private async drain(): Promise<void> {
    if (this.running.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DRAIN_MS);
      void Promise.all(this.running).then(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function isBlank(line: Buffer): boolean {
  return line.length === 0 || (line.length < 16 && line.toString('latin1').trim() === '');
}
