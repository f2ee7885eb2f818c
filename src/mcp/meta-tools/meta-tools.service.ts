import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../../config/config-store.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import type { ClientRequest } from '../client-request.js';
import { loginElicitation } from '../login-elicitation.js';
import { EncodedResult } from '../rpc-response.js';
import { endsRequest } from '../sessions/request-scope.js';
import { CallLedger } from '../call-ledger.js';
import { within } from '../deadlines/within.js';
import { CacheTools } from './cache-tools.js';
import { type MetaAnswer, failed } from './envelope.js';
import { SecureCall } from './secure-call.js';
import { ServerTools } from './server-tools.js';
import { TimeoutTools } from './timeout-tools.js';

type Arguments = Readonly<Record<string, unknown>>;
type MetaTool = (request: ClientRequest, config: McpConfig, args: Arguments) => MetaAnswer | Promise<MetaAnswer>;

/** Whatever these wait for is under a limit of its own: a call, a discovery, or the patience of a list. */
const OWN_LIMITS: ReadonlySet<string> = new Set([
  'enkrypt_list_all_servers',
  'enkrypt_discover_all_tools',
  'enkrypt_secure_call_tools',
  'enkrypt_search_tools',
]);

/** The enkrypt_* tools: a table from name to what serves it. */
@Injectable()
export class MetaTools {
  private readonly table: ReadonlyMap<string, MetaTool>;

  constructor(
    servers: ServerTools,
    secureCall: SecureCall,
    cache: CacheTools,
    timeouts: TimeoutTools,
    private readonly configStore: ConfigStore,
    private readonly ledger: CallLedger,
  ) {
    this.table = new Map<string, MetaTool>([
      ['enkrypt_list_all_servers', (request, config, args) => servers.list(request, config, args)],
      ['enkrypt_get_server_info', (request, config, args) => servers.info(request, config, args)],
      ['enkrypt_discover_all_tools', (request, config, args) => servers.discover(request, config, args)],
      ['enkrypt_secure_call_tools', (request, config, args) => secureCall.run(request, config, args)],
      ['enkrypt_search_tools', (request, config, args) => servers.search(request, config, args)],
      ['enkrypt_get_cache_status', (request, config) => cache.status(request, config)],
      ['enkrypt_clear_cache', (request, config, args) => cache.clear(request, config, args)],
      ['enkrypt_get_timeout_metrics', (request, config) => timeouts.metrics(request, config)],
    ]);
  }

  /**
   * Every failure is a result with `isError: true` and the error envelope.
   * @throws GatewayError cancelled, url_elicitation
   */
  async call(request: ClientRequest, name: string, args: Arguments): Promise<EncodedResult> {
    let answer: MetaAnswer;
    try {
      answer = await this.answer(request, name, args);
    } catch (cause) {
      const error = toGatewayError(cause);
      if (endsRequest(error) || error.code === 'url_elicitation') throw error;
      const server = args.server_name;
      const place = { operation: name, server: typeof server === 'string' ? server : undefined };
      this.ledger.refused(request, { server: place.server ?? null, tool: name, arguments: args }, error);
      const asked = loginElicitation(request, error);
      if (asked !== undefined) throw asked;
      answer = failed(request, error, place);
    }
    return encoded(answer);
  }

  private answer(request: ClientRequest, name: string, args: Arguments): MetaAnswer | Promise<MetaAnswer> {
    const tool = this.table.get(name);
    if (tool === undefined) throw new GatewayError('unknown_tool', `Unknown tool: '${name}'.`);
    if (request.config === null) {
      throw new GatewayError('config_invalid', 'No MCP config found. Please check your credentials.');
    }
    const answer = tool(request, request.config, args);
    if (!(answer instanceof Promise) || OWN_LIMITS.has(name)) return answer;
    const { defaultMs } = this.configStore.current().settings.timeouts;
    return within(defaultMs, answer, () => {
      const message = `The gateway was not done within ${String(defaultMs / 1000)} s; it goes on.`;
      return new GatewayError('upstream_timeout', message, { retryable: true });
    });
  }
}

/** The payload as text, for clients that show or parse that, and the same as structured content. */
function encoded({ payload, isError }: MetaAnswer): EncodedResult {
  const text = JSON.stringify(payload);
  const error = isError ? ',"isError":true' : '';
  return new EncodedResult(
    `{"content":[{"type":"text","text":${quotedJson(text)}}],"structuredContent":${text}${error}}`,
  );
}

/** JSON text as a JSON string. It holds no control characters and no lone surrogates, so only quotes and backslashes need an escape. */
function quotedJson(json: string): string {
  return json.includes('\\') ? JSON.stringify(json) : `"${json.replaceAll('"', '\\"')}"`;
}
