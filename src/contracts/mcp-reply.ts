import { GatewayError } from '../errors.js';
import { awaitsVerdict, type McpCall } from './mcp-call.js';
import type { ServerRound } from './server-round.js';
import type { UpstreamBody } from './upstream-body.js';
import { UNCHECKED, type Verdict } from './verdict.js';

export type { UpstreamBody };

/** What the client may see. */
export type ReplyBody =
  | UpstreamBody
  | { readonly kind: 'blocked_input'; readonly verdict: Extract<Verdict, { kind: 'block' }> }
  /** The upstream ran, its answer is withheld. */
  | { readonly kind: 'blocked_output'; readonly verdict: Extract<Verdict, { kind: 'block' }> };

let peek: (reply: McpReply) => UpstreamBody;
let write: (reply: McpReply, body: ReplyBody, verdict: Verdict) => void;
let open: (reply: McpReply) => ReplyBody;

/**
 * The answer to one McpCall. Its body cannot be read until the output guardrail has sealed it: `openReply` throws,
 * so a skipped interceptor leads to a refusal and never to an unchecked answer.
 */
export class McpReply {
  inputVerdict: Verdict = UNCHECKED;
  outputVerdict: Verdict = UNCHECKED;
  /** Milliseconds spent in the upstream; 0 when it was never called. */
  upstreamMs = 0;
  /** Size of the upstream's answer on the wire. */
  upstreamBytes = 0;
  /** The body is no answer yet: its server asks the client first. */
  round: ServerRound | undefined;

  #raw: UpstreamBody | undefined;
  readonly #call: McpCall | undefined;
  #body: ReplyBody | undefined;

  /**
   * @param raw what the upstream said; undefined for a reply that is made without its answer
   * @param call what was answered: nothing can be read while it waits for its input verdict
   */
  constructor(raw: UpstreamBody | undefined, call?: McpCall) {
    this.#raw = raw;
    this.#call = call;
  }

  static {
    peek = (reply) => {
      refuseEarly(reply.#call);
      if (reply.#raw === undefined) throw new GatewayError('unsealed', 'The reply holds nothing to inspect.');
      return reply.#raw;
    };
    write = (reply, body, verdict) => {
      refuseEarly(reply.#call);
      if (reply.#body !== undefined) throw new GatewayError('unsealed', 'A reply is sealed only once.');
      reply.#raw = undefined;
      reply.#body = body;
      if (body.kind === 'blocked_input') reply.inputVerdict = verdict;
      else reply.outputVerdict = verdict;
    };
    open = (reply) => {
      if (reply.#body === undefined) {
        throw new GatewayError('unsealed', 'The answer has no verdict and was not returned.');
      }
      return reply.#body;
    };
  }
}

function refuseEarly(call: McpCall | undefined): void {
  if (call !== undefined && awaitsVerdict(call)) {
    throw new GatewayError('unsealed', 'The call has no input verdict yet, so its answer stays closed.');
  }
}

/** The unchecked body. Only src/guardrails may import this. */
export function inspectReply(reply: McpReply): UpstreamBody {
  return peek(reply);
}

/** Sets what the client may see. Only src/guardrails may import this. */
export function sealReply(reply: McpReply, body: ReplyBody, verdict: Verdict): void {
  write(reply, body, verdict);
}

/** @throws GatewayError `unsealed` when the output guardrail has not run. */
export function openReply(reply: McpReply): ReplyBody {
  return open(reply);
}
