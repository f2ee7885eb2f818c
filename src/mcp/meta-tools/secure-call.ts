import { Injectable } from '@nestjs/common';
import type { PairDetectorName } from '../../contracts/finding.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { policiesOfTool } from '../../guardrails/policies-of-tool.js';
import { ownName } from '../../config/tool-override.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { CatalogService } from '../catalog/catalog.service.js';
import type { ClientRequest } from '../client-request.js';
import { toolCall } from '../call-dispatcher.service.js';
import { CallLedger } from '../call-ledger.js';
import { LimitedCalls } from '../limited-calls.service.js';
import { coverageView, wantsCoverage } from '../coverage-view.js';
import { loginElicitation } from '../login-elicitation.js';
import { Router } from '../router.js';
import { endsRequest } from '../sessions/request-scope.js';
import { type CallElement, type CallPlace, elementOf } from './call-result.js';
import { type MetaAnswer, envelope, succeeded } from './envelope.js';
import { type ToolCallItem, requiredString, toolCallItems } from './parameters.js';
import { compares } from './policy-view.js';
import { ServerView } from './server-view.js';

/** As many as in a JSON-RPC batch: the results are kept until the last one is there. */
const MAX_CALLS = 100;

/** enkrypt_secure_call_tools: calls of one server, in order, up to the first that fails or is blocked. */
@Injectable()
export class SecureCall {
  constructor(
    private readonly router: Router,
    private readonly dispatcher: LimitedCalls,
    private readonly catalogs: CatalogService,
    private readonly view: ServerView,
    private readonly authenticator: CallerAuthenticator,
    private readonly ledger: CallLedger,
  ) {}

  /** @throws GatewayError for the request as a whole; what goes wrong with one call is that call's result */
  async run(request: ClientRequest, config: McpConfig, args: Readonly<Record<string, unknown>>): Promise<MetaAnswer> {
    const server = this.router.server(config, requiredString(args, 'server_name'));
    const items = toolCallItems(args);
    if (items.length === 0) return this.discover(request, server);
    if (items.length > MAX_CALLS) {
      const limit = `at most ${String(MAX_CALLS)} calls; send the rest in another request`;
      throw new GatewayError('arguments_invalid', `arguments/tool_calls: ${limit}`);
    }
    const results: CallElement[] = [];
    for (const [index, item] of items.entries()) {
      const place = { call_index: index, server_name: server.name, tool_name: item.toolName, args: item.args };
      const element = await this.callOne(request, config, item, place);
      results.push(element);
      if (element.status !== 'success') break;
    }
    return this.answer(server, items, results);
  }

  private async callOne(
    request: ClientRequest,
    config: McpConfig,
    item: ToolCallItem,
    place: CallPlace,
  ): Promise<CallElement> {
    if (item.toolName === null) {
      const message = 'No tool_name provided';
      return { status: 'error', error: message, message, enkrypt_mcp_data: place };
    }
    let dispatched = false;
    try {
      const names = { server: place.server_name, tool: item.toolName };
      const found = this.router.resolve(request.principal, this.current(request, config), names, request.scope.signal);
      const route = found instanceof Promise ? await found : found;
      route.tool.checkArguments(item.args, item.toolName);
      dispatched = true;
      const outcome = await this.dispatcher.dispatch(request, toolCall(route, item.args, undefined));
      const element = elementOf(outcome, route, place);
      return wantsCoverage(request.params) ? { ...element, coverage: coverageView(outcome) } : element;
    } catch (cause) {
      const error = toGatewayError(cause);
      // A cancelled request gets no answer at all (2025-11-25, "Cancellation").
      if (endsRequest(error)) throw error;
      if (!dispatched) {
        const tool = ownNameIn(config, place.server_name, item.toolName);
        this.ledger.refused(request, { server: place.server_name, tool, arguments: item.args }, error);
      }
      // Nothing was done yet, so that the whole request can be made again.
      const asked = place.call_index === 0 ? loginElicitation(request, error) : undefined;
      if (asked !== undefined) throw asked;
      const where = { operation: 'enkrypt_secure_call_tools', server: place.server_name, tool: item.toolName };
      return { ...envelope(request, error, where), status: 'error', message: error.message, enkrypt_mcp_data: place };
    }
  }

  /** The calls before this one may have taken minutes: access, allow-list and policies are those of now. @throws GatewayError forbidden */
  private current({ principal }: ClientRequest, config: McpConfig): McpConfig {
    const current = this.authenticator.configOf(principal, config);
    if (current === undefined) throw new GatewayError('forbidden', 'The configuration of this project was removed.');
    return current;
  }

  private answer(server: ServerEntry, items: readonly ToolCallItem[], results: readonly CallElement[]): MetaAnswer {
    const count = (test: (status: CallElement['status']) => boolean): number =>
      results.filter(({ status }) => test(status)).length;
    const successful = count((status) => status === 'success');
    return {
      isError: successful < results.length,
      payload: {
        server_name: server.name,
        status: 'success',
        summary: {
          total_calls: items.length,
          successful_calls: successful,
          blocked_calls: count((status) => status === 'blocked_input' || status === 'blocked_output'),
          failed_calls: count((status) => status === 'error'),
        },
        guardrails_applied: guardrailsApplied(server, items),
        results,
      },
    };
  }

  private async discover(request: ClientRequest, server: ServerEntry): Promise<MetaAnswer> {
    await this.catalogs.get(request.principal, server, request.scope.signal);
    const tools = this.view.tools(request.principal, server);
    if (tools.length === 0) {
      throw new GatewayError('unknown_tool', `No tools found for ${server.name} even after discovery`);
    }
    return succeeded({ status: 'success', message: `Successfully discovered tools for ${server.name}`, tools });
  }
}

/** As records call it. */
function ownNameIn(config: McpConfig, serverName: string, tool: string): string {
  const server = config.servers.get(serverName);
  return (server === undefined ? undefined : ownName(server, tool)) ?? tool;
}

/** True only for what is done with every one of the calls: policies may differ from tool to tool. */
function guardrailsApplied(server: ServerEntry, items: readonly ToolCallItem[]): Readonly<Record<string, boolean>> {
  const policies = items.map(({ toolName }) => policiesOfTool(server, ownName(server, toolName ?? '') ?? ''));
  const answersAre = (check: PairDetectorName): boolean =>
    policies.every(({ outputPolicy }) => outputPolicy !== null && compares(outputPolicy, check));
  return {
    input_guardrails_enabled: policies.every(({ inputPolicy }) => inputPolicy !== null),
    output_guardrails_enabled: policies.every(({ outputPolicy }) => outputPolicy !== null),
    pii_redaction_enabled: policies.every(({ inputPolicy }) => inputPolicy?.redactPii === true),
    relevancy_check_enabled: answersAre('relevancy'),
    adherence_check_enabled: answersAre('adherence'),
    hallucination_check_enabled: answersAre('hallucination'),
  };
}
