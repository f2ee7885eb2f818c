import { Injectable } from '@nestjs/common';
import type { McpConfig } from '../../contracts/server-entry.js';
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
type Aim = Pick<ServerCall, 'server' | 'target' | 'params'>;

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
    const { config, era, params } = request;
    const { method, member, id } = OFFER_KINDS[kind];
    if (params.cursor !== undefined) {
      throw new GatewayError('invalid_params', `Unknown cursor: ${method} answers in one page.`);
    }
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
    const uri = textOf(request, 'uri');
    try {
      const result = await this.use(request, null, async (config) => {
        const { server, name: target } = await this.router.resource(request, config, uri);
        return { server, target, params: request.params };
      });
      // Both are required in that era, and what one key may read is nobody else's (2026-07-28, "Caching").
      if (request.era === '2025' || result.resultType === 'input_required') return result;
      return { ttlMs: 0, ...result, cacheScope: 'private' };
    } catch (cause) {
      if (!(cause instanceof GatewayError) || cause.code !== 'invalid_params' || request.era === '2026') throw cause;
      throw new UpstreamRpcError(RESOURCE_NOT_FOUND, cause.message, { uri });
    }
  }

  complete(request: ClientRequest): Promise<MethodResult> {
    const { ref } = request.params;
    const { type, name, uri } = (typeof ref === 'object' && ref !== null ? ref : {}) as Params;
    if (type === 'ref/prompt' && typeof name === 'string') {
      return this.use(request, name, async (config) => {
        const { server, offer } = await this.router.prompt(request, config, name);
        return { server, target: offer.id, params: { ...request.params, ref: { ...(ref as Params), name: offer.id } } };
      });
    }
    if (type === 'ref/resource' && typeof uri === 'string') {
      return this.use(request, null, async (config) => {
        const { server, name: target } = await this.router.template(request, config, uri);
        return { server, target, params: request.params };
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
    // What belongs to a round is between this hop and the client; the server gets its own state and nothing that was made up.
    const { _meta: meta, ...params } = aim.params;
    for (const name of OF_THE_ROUND) Reflect.deleteProperty(params, name);
    const call: ServerCall = {
      method: request.method,
      server: aim.server,
      target: aim.target,
      params,
      arguments: params,
      meta: meta === undefined ? undefined : forwardedMeta(request),
    };
    try {
      return answerOf(await this.dispatcher.dispatch(request, call));
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

/** @throws GatewayError invalid_params */
function textOf({ method, params }: ClientRequest, member: string): string {
  const value = params[member];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayError('invalid_params', `${method} needs the member "${member}".`);
}
