import type { Tool } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import type { ReplyBody } from '../../contracts/mcp-reply.js';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import type { Verdict } from '../../contracts/verdict.js';
import { CallSignal } from '../../contracts/cancel-signal.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { shownName } from '../../config/tool-override.js';
import { shownDefinition } from '../catalog/shown-tool.js';
import type { Route } from '../catalog/route.js';
import { type DiscoveryOutcome, ServerDiscovery } from '../catalog/server-discovery.service.js';
import { OWN_META_PREFIX, wantsCoverage, withCoverage } from '../coverage-view.js';
import { surfaceOf } from '../error-map.js';
import { CALL_TOOL, META_TOOLS, META_TOOL_NAMES, SEARCH_TOOL } from '../meta-tools/definitions.js';
import { loginElicitation } from '../login-elicitation.js';
import { MetaTools } from '../meta-tools/meta-tools.service.js';
import { ToolSearch } from '../meta-tools/tool-search.js';
import { toolCall } from '../call-dispatcher.service.js';
import { CallLedger } from '../call-ledger.js';
import { Rounds } from '../rounds/rounds.service.js';
import { Router } from '../router.js';
import { type ClientRequest, UpstreamRpcError } from '../client-request.js';
import type { EncodedResult, MethodResult } from '../rpc-response.js';
import { blockedMessage } from './blocked-message.js';
import { forwardedMeta } from './forwarded-meta.js';

/** In the `_meta` of a list: servers that could not be asked. */
const UNAVAILABLE_KEY = `${OWN_META_PREFIX}unavailable`;
const FOR_SEARCH: ReadonlySet<string> = new Set([...CALL_TOOL, SEARCH_TOOL].map(({ name }) => name));
/** After the handshake. */
const WARM_UP_MS = 250;

/** tools/list and tools/call: the meta tools and the servers' own tools. */
@Injectable()
export class ToolsMethods {
  constructor(
    private readonly router: Router,
    private readonly discovery: ServerDiscovery,
    private readonly dispatcher: Rounds,
    private readonly metaTools: MetaTools,
    private readonly ledger: CallLedger,
    private readonly search: ToolSearch,
  ) {}

  /**
   * Starts discovery of whatever is missing, so that a later list need not wait. Not at once: a client that lists or calls right after
   * its handshake asks for just the servers it needs, and they come first.
   */
  warmUp({ principal, config }: ClientRequest): void {
    if (config === null || config.exposure === 'meta' || this.discovery.isComplete(principal, config)) return;
    setTimeout(() => {
      void this.discovery.discoverAll(principal, config, new CallSignal());
    }, WARM_UP_MS).unref();
  }

  async list(request: ClientRequest): Promise<MethodResult> {
    const { principal, config, scope } = request;
    if (request.params.cursor !== undefined) {
      throw new GatewayError('invalid_params', 'Unknown cursor: tools/list answers in one page.');
    }
    let meta: MethodResult = {};
    const tools: Tool[] = config?.exposure === 'direct' ? [] : [...META_TOOLS];
    if (config !== null && config.exposure !== 'meta') {
      meta = troubleIn(await this.discovery.discoverAll(principal, config, scope.signal));
    }
    if (config !== null) tools.push(...this.listed(principal, config));
    if (request.session !== null) request.session.listedVersion = this.router.version(principal);
    // The list depends on the key, so no shared cache may keep it (2026-07-28, "Caching").
    return request.era === '2026' ? { tools, ...meta, ttlMs: 0, cacheScope: 'private' } : { tools, ...meta };
  }

  /** The servers' own tools, and the search for them where they are many. */
  private listed(principal: Principal, config: McpConfig): Tool[] {
    const isDirect = config.exposure === 'direct';
    const isMany = this.search.isPreferred(principal, config);
    if (isMany && this.search.replacesList) return isDirect ? [...CALL_TOOL, SEARCH_TOOL] : [SEARCH_TOOL];
    const tools: Tool[] = isMany && !isDirect ? [SEARCH_TOOL] : [];
    if (config.exposure === 'meta') return tools;
    for (const [name, { server, tool }] of this.router.directTools(principal, config)) {
      tools.push({ ...shownDefinition(server, tool.definition), name });
    }
    return tools;
  }

  call(request: ClientRequest): Promise<MethodResult | EncodedResult> {
    const { name } = request.params;
    const args = request.params.arguments ?? {};
    if (typeof name !== 'string' || name === '')
      throw new GatewayError('invalid_params', 'tools/call needs a tool name.');
    if (typeof args !== 'object' || Array.isArray(args)) {
      throw new GatewayError('invalid_params', 'The arguments of tools/call must be an object.');
    }
    const record = args as Readonly<Record<string, unknown>>;
    if (META_TOOL_NAMES.has(name) && (request.config?.exposure !== 'direct' || this.isForSearch(request, name))) {
      return this.metaTools.call(request, name, record);
    }
    if (request.config === null || request.config.exposure === 'meta') {
      const unknown = new GatewayError(
        'unknown_tool',
        `Unknown tool: '${name}'. tools/list has the tools that this key may call.`,
      );
      this.ledger.refused(request, { server: null, tool: name, arguments: record }, unknown);
      throw unknown;
    }
    return this.callDirect(request, request.config, name, record);
  }

  /** Where search stands in the place of the list, what is found can be called. */
  private isForSearch({ config }: ClientRequest, name: string): boolean {
    return this.search.replacesList && config?.view === undefined && FOR_SEARCH.has(name);
  }

  private async callDirect(
    request: ClientRequest,
    config: McpConfig,
    name: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<MethodResult> {
    let route: Route | undefined;
    let dispatched = false;
    try {
      const found = this.router.resolveDirect(request.principal, config, name, request.scope.signal);
      route = found instanceof Promise ? await found : found;
      route.tool.checkArguments(args, shownName(route.server, route.tool.name));
      dispatched = true;
      const meta = forwardedMeta(request);
      const ended = await this.dispatcher.dispatch(request, toolCall(route, args, meta));
      const result = resultOf(ended.body);
      return wantsCoverage(request.params) ? withCoverage(result, ended) : result;
    } catch (cause) {
      if (cause instanceof UpstreamRpcError) throw cause;
      const error = toGatewayError(cause);
      if (!dispatched) {
        const target = { server: route?.server.name ?? null, tool: route?.tool.name ?? name, arguments: args };
        this.ledger.refused(request, target, error);
      }
      const asked = loginElicitation(request, error);
      if (asked !== undefined) throw asked;
      if (surfaceOf(error.code).asToolResult !== true) throw error;
      return { content: [{ type: 'text', text: error.message }], isError: true };
    }
  }
}

/** A list that some servers are missing in, or that has what they offered before, says so; nothing when all have answered. */
function troubleIn(outcomes: readonly DiscoveryOutcome[]): MethodResult {
  const servers = outcomes.flatMap((outcome) =>
    outcome.status === 'ready'
      ? []
      : [{ server: outcome.server.name, status: outcome.status, message: outcome.message }],
  );
  return servers.length === 0 ? {} : { _meta: { [UNAVAILABLE_KEY]: servers } };
}

/** @throws UpstreamRpcError for an error of the upstream's own */
function resultOf(body: ReplyBody): MethodResult {
  switch (body.kind) {
    case 'result':
      return body.result;
    case 'error':
      throw new UpstreamRpcError(body.error.code, body.error.message, body.error.data);
    case 'blocked_input':
      return blocked('input', body.verdict);
    case 'blocked_output':
      return blocked('output', body.verdict);
  }
}

function blocked(side: 'input' | 'output', verdict: Extract<Verdict, { kind: 'block' }>): MethodResult {
  const what = side === 'input' ? 'The call was not made' : 'The tool ran, but its answer is withheld';
  return { content: [{ type: 'text', text: blockedMessage(side, verdict, what) }], isError: true };
}
