import { Injectable } from '@nestjs/common';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import type { ServerCall } from '../call-dispatcher.service.js';
import { CallLedger } from '../call-ledger.js';
import { type OfferKind, OFFER_KINDS } from '../catalog/offer.js';
import { type ClientRequest, UpstreamRpcError } from '../client-request.js';
import { loginElicitation } from '../login-elicitation.js';
import { Rounds } from '../rounds/rounds.service.js';
import { OfferRouter } from '../offer-router.js';
import type { MethodResult } from '../rpc-response.js';
import { forwardedMeta } from './forwarded-meta.js';
import { answerOf } from './offer-answer.js';

type Params = Readonly<Record<string, unknown>>;

/** What is meant by a request, once its server is known. */
interface Aim extends Pick<ServerCall, 'server' | 'target' | 'params'> {
  /** The server need not be asked. */
  readonly isSettled?: boolean;
  /** What is asked for must reach the server as it is. */
  readonly isExact?: boolean;
}

/** Members of params by which a client goes on with a request (2026-07-28, "Multi Round-Trip Requests"). */
const OF_THE_ROUND = ['requestState', 'inputResponses'] as const;

/** RFC-less code of the revisions up to 2025-11-25; the 2026 era has invalid params instead. */
const RESOURCE_NOT_FOUND = -32002;

/** prompts/*, resources/* and completion/complete: found by name or URI, and then the same way as a tool call. */
@Injectable()
export class OfferMethods {
  constructor(
    private readonly router: OfferRouter,
    private readonly dispatcher: Rounds,
    private readonly ledger: CallLedger,
  ) {}

  /** prompts/list, resources/list and resources/templates/list: everything in one page. */
  async list(request: ClientRequest, kind: OfferKind): Promise<MethodResult> {
    const { config, era, params, session } = request;
    const { method, member, id } = OFFER_KINDS[kind];
    if (params.cursor !== undefined) {
      throw new GatewayError('invalid_params', `Unknown cursor: ${method} answers in one page.`);
    }
    // Before the servers are asked: what changes meanwhile is news.
    if (session !== null) session.listedOffers.add(kind === 'prompt' ? 'prompts' : 'resources');
    const offered = this.isOpen(config) ? await this.router.list(request, config, kind) : [];
    const items = offered.map(({ offer, shownAs }) => ({ ...offer.definition, [id]: shownAs }));
    // The list depends on the key, so no shared cache may keep it (2026-07-28, "Caching").
    return era === '2026' ? { [member]: items, ttlMs: 0, cacheScope: 'private' } : { [member]: items };
  }

  getPrompt(request: ClientRequest): Promise<MethodResult> {
    const name = textOf(request, 'name');
    return this.use(request, name, async (config) => {
      const { server, offer } = await this.router.prompt(request, config, name);
      return { server, target: offer.id, params: { ...request.params, name: offer.id } };
    });
  }

  async readResource(request: ClientRequest): Promise<MethodResult> {
    const result = await this.ofResource(request, (aim) => aim);
    // Both are required in that era, and what one key may read is nobody else's (2026-07-28, "Caching").
    if (request.era === '2025' || result.resultType === 'input_required') return result;
    return { ttlMs: 0, ...result, cacheScope: 'private' };
  }

  /** resources/subscribe and resources/unsubscribe. @param settle told whose the URI is, and how it is listed; true = the server need not be asked */
  aboutResource(
    request: ClientRequest,
    settle: (server: ServerEntry, uri: string, listed: string) => boolean,
  ): Promise<MethodResult> {
    return this.ofResource(request, (aim, uri) => ({
      ...aim,
      isExact: true,
      isSettled: settle(aim.server, uri, aim.target),
    }));
  }

  private async ofResource(request: ClientRequest, aimed: (aim: Aim, uri: string) => Aim): Promise<MethodResult> {
    const uri = textOf(request, 'uri');
    try {
      return await this.use(request, null, async (config) => {
        const { server, name: target } = await this.router.resource(request, config, uri);
        return aimed({ server, target, params: request.params }, uri);
      });
    } catch (cause) {
      if (!(cause instanceof GatewayError) || cause.code !== 'invalid_params' || request.era === '2026') throw cause;
      throw new UpstreamRpcError(RESOURCE_NOT_FOUND, cause.message, { uri });
    }
  }

  /** Of `ref` what was found in a list of the server goes on, and nothing else: it is not judged. */
  complete(request: ClientRequest): Promise<MethodResult> {
    const { ref } = request.params;
    const { type, name, uri } = (typeof ref === 'object' && ref !== null ? ref : {}) as Params;
    if (type === 'ref/prompt' && typeof name === 'string') {
      return this.use(request, name, async (config) => {
        const { server, offer } = await this.router.prompt(request, config, name);
        return { server, target: offer.id, params: { ...request.params, ref: { type, name: offer.id } } };
      });
    }
    if (type === 'ref/resource' && typeof uri === 'string') {
      return this.use(request, null, async (config) => {
        const { server, name: target } = await this.router.template(request, config, uri);
        return { server, target, params: { ...request.params, ref: { type, uri } } };
      });
    }
    throw new GatewayError('invalid_params', 'completion/complete needs a ref of type "ref/prompt" or "ref/resource".');
  }

  /** @param asked the name that the client used, for the record of a request that leads nowhere; null = it may hold an argument */
  private async use(
    request: ClientRequest,
    asked: string | null,
    find: (config: McpConfig) => Promise<Aim>,
  ): Promise<MethodResult> {
    let aim: Aim | undefined;
    try {
      if (!this.isOpen(request.config)) {
        throw new GatewayError('invalid_params', 'This key reaches no server with prompts or resources.');
      }
      aim = await find(request.config);
    } catch (cause) {
      const error = toGatewayError(cause);
      this.ledger.refused(request, { server: null, tool: asked, arguments: request.params.arguments ?? {} }, error);
      throw loginElicitation(request, error) ?? error;
    }
    if (aim.isSettled === true) return {};
    try {
      const ended = await this.dispatcher.dispatch(request, callOf(request, aim));
      if (aim.isExact === true && ended.inputVerdict.kind === 'redact') throw redactedUri();
      return answerOf(ended);
    } catch (cause) {
      if (cause instanceof UpstreamRpcError) throw cause;
      const error = toGatewayError(cause);
      throw loginElicitation(request, error) ?? error;
    }
  }

  private isOpen(config: McpConfig | null): config is McpConfig {
    return config !== null && this.router.isOpen(config);
  }
}

/** What belongs to a round is between this hop and the client: the server gets its own state, and nothing that was made up. */
function callOf(request: ClientRequest, { server, target, params: asked }: Aim): ServerCall {
  const { _meta: meta, ...params } = asked;
  for (const name of OF_THE_ROUND) Reflect.deleteProperty(params, name);
  const forwarded = meta === undefined ? undefined : forwardedMeta(request);
  return { method: request.method, server, target, params, arguments: params, meta: forwarded };
}

/** Its updates would come under another URI. */
function redactedUri(): GatewayError {
  const text = 'The URI holds what the policy of this server redacts, so it cannot be subscribed to. Read it instead.';
  return new GatewayError('guardrail_blocked', text);
}

/** @throws GatewayError invalid_params */
function textOf({ method, params }: ClientRequest, member: string): string {
  const value = params[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayError('invalid_params', `${method} needs the member "${member}".`);
}
