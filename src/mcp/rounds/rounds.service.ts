import { Injectable } from '@nestjs/common';
import type { ServerRound } from '../../contracts/server-round.js';
import { UNCHECKED } from '../../contracts/verdict.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import type { ServerCall } from '../call-dispatcher.service.js';
import { CallLedger, type EndedCall } from '../call-ledger.js';
import type { ClientRequest } from '../client-request.js';
import { LimitedCalls } from '../limited-calls.service.js';
import { AskFailure } from '../reverse/ask-failure.js';
import { AskLedger, newRecord } from '../reverse/ask-ledger.service.js';
import { type InputRequest, requestsOf } from '../reverse/server-round.js';
import { askClient } from './asked-client.js';
import { readAnswers } from './input-answers.js';
import type { RoundState } from './round-seal.js';
import { RoundStates } from './round-state.service.js';
import type { Suspension } from './suspended-call.js';
import { SuspendedCalls } from './suspended-calls.service.js';

type Answers = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Times that a server may ask in one call of a client of the 2025 era. */
const MAX_ROUNDS = 10;

/** Calls in whose middle their server may ask the client (2026-07-28, "Multi Round-Trip Requests"). */
@Injectable()
export class Rounds {
  constructor(
    private readonly calls: LimitedCalls,
    private readonly suspended: SuspendedCalls,
    private readonly states: RoundStates,
    private readonly asks: AskLedger,
    private readonly ledger: CallLedger,
  ) {}

  /**
   * The sealed answer to one request, or what its server asks in its place.
   * @throws GatewayError invalid_params, and what LimitedCalls throws; it is in the audit log already
   */
  dispatch(request: ClientRequest, call: ServerCall): Promise<EndedCall> {
    const isFirst = request.era === '2025' || request.params.requestState === undefined;
    if (isFirst && call.server.clientRequests === undefined) return this.calls.dispatch(request, call);
    return request.era === '2026' ? this.modern(request, call) : this.legacy(request, call);
  }

  private async modern(request: ClientRequest, call: ServerCall): Promise<EndedCall> {
    const turn = await this.turn(request, call);
    if ('questions' in turn) {
      const inputRequests = Object.fromEntries(turn.questions);
      const requestState = this.states.seal(request, call.server, { asked: [], call: turn.id });
      const result = { resultType: 'input_required', inputRequests, requestState };
      // Each question was checked, and its call has verdicts when it ends.
      return { body: { kind: 'result', result }, inputVerdict: UNCHECKED, outputVerdict: UNCHECKED, upstreamMs: 0 };
    }
    const { round, body } = turn;
    if (round === undefined || body.kind !== 'result') return turn;
    for (const [, asked] of requestsOf(body.result)) this.record(request, call, asked);
    const requestState = this.states.seal(request, call.server, stateOf(round));
    return { ...turn, body: { kind: 'result', result: { ...body.result, requestState } } };
  }

  /** One step of a call: its first, with answers to what the server asked in a result, or with those that a waiting call needs. */
  private turn(request: ClientRequest, call: ServerCall): Promise<EndedCall | Suspension> {
    const { requestState, inputResponses } = request.params;
    // Answers without a state answer nothing.
    if (requestState === undefined) return this.suspended.start(request, { ...call, takesRounds: true });
    try {
      const { call: waiting, asked, state } = this.states.open(request, call.server, requestState);
      if (waiting !== undefined) return this.suspended.resume(request, waiting);
      const schemas = new Map(asked);
      const answers = readAnswers(inputResponses, (name) => schemas.has(name));
      const next = withAnswers(call, answers, { asked: schemas, state });
      return this.suspended.start(request, { ...next, takesRounds: true });
    } catch (cause) {
      // Nothing of it has begun: what these throw later is a rejection.
      const error = toGatewayError(cause);
      const target = { server: call.server.name, tool: call.target, arguments: call.arguments };
      this.ledger.refused(request, target, error);
      throw error;
    }
  }

  /** The client knows nothing of rounds: it is asked by requests, and the call is made again with what it answers. */
  private async legacy(request: ClientRequest, call: ServerCall): Promise<EndedCall> {
    let next: ServerCall = { ...call, takesRounds: true };
    for (let rounds = 0; ; rounds++) {
      const ended = await this.calls.dispatch(request, next);
      const { round, body } = ended;
      if (round === undefined || body.kind !== 'result') return ended;
      if (rounds === MAX_ROUNDS) break;
      const answers = new Map<string, Readonly<Record<string, unknown>>>();
      for (const [name, asked] of requestsOf(body.result)) answers.set(name, await this.asked(request, call, asked));
      next = { ...withAnswers(call, answers, round), takesRounds: true };
    }
    const message = `Server "${call.server.name}" asked for input ${String(MAX_ROUNDS)} times, and wants more.`;
    throw new GatewayError('input_missing', message);
  }

  /** @throws GatewayError input_missing, cancelled */
  private async asked(
    request: ClientRequest,
    { server, method, target }: ServerCall,
    asked: InputRequest,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { requestId, principal, era } = request;
    const tool = method === 'tools/call' ? target : null;
    const record = newRecord({ requestId, principal, era, ...asked, server: server.name, tool });
    try {
      const answer = await askClient(request, server, asked);
      this.asks.passed(record, null);
      return answer;
    } catch (cause) {
      if (!(cause instanceof AskFailure)) {
        this.asks.passed(record, toGatewayError(cause).code === 'input_missing' ? null : 'cancelled');
        throw cause;
      }
      this.asks.passed(record, cause.reason);
      const message = `Server "${server.name}" asked for ${asked.method}, and got no answer. ${cause.message}`;
      throw new GatewayError('input_missing', message);
    }
  }

  /** Its answer comes with another request, or never. */
  private record(
    { requestId, principal, era }: ClientRequest,
    call: ServerCall,
    { method, params }: InputRequest,
  ): void {
    const tool = call.method === 'tools/call' ? call.target : null;
    this.asks.passed(newRecord({ requestId, principal, era, method, server: call.server.name, tool, params }), null);
  }
}

function stateOf({ asked, state }: ServerRound): RoundState {
  return { state, asked: [...asked] };
}

/** The same call with what the client answered, under the server's own state. */
function withAnswers(call: ServerCall, answers: Answers, { asked, state }: ServerRound): ServerCall {
  const inputResponses = Object.fromEntries(answers);
  const properties = Object.fromEntries([...asked].filter(([, schema]) => schema !== undefined));
  return {
    ...call,
    params: { ...call.params, inputResponses, ...(state !== undefined && { requestState: state }) },
    arguments: { arguments: call.arguments, inputResponses },
    answersSchema: { properties },
  };
}
