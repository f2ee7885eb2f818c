import type { INestApplicationContext } from '@nestjs/common';
import { CatalogCache } from '../../cache/catalog-cache.js';
import { locateConfig } from '../../config/locate.js';
import type { Principal } from '../../contracts/principal.js';
import { GatewayError, toGatewayError } from '../../errors.js';
import { allowed } from '../../config/tool-permission.js';
import type { Catalog, CatalogTool } from '../../mcp/catalog/catalog.js';
import { CatalogService } from '../../mcp/catalog/catalog.service.js';
import { Router } from '../../mcp/router.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { type InProcessGateway, withGateway } from '../in-process-gateway.js';
import { operatorOf } from '../operator.js';
import { showProgress } from '../progress.js';
import { callThroughRelay } from './test-call.js';
import { type TestTarget, targetOf } from './test-caller.js';
import { type ServerReport, renderReport, type TestedTool } from './test-report.js';

export interface TestServerOptions {
  readonly config?: string;
  readonly mcpConfig?: string;
  readonly tool?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly keyEnv?: string;
  readonly json?: boolean;
}

/** Name of the variable that the stdio door reads, too. */
const KEY_VARIABLE = 'ENKRYPT_GATEWAY_KEY';

/** `server test`: connects to one server as the gateway does, lists its tools, and makes one call if asked to. */
export async function testServer(name: string, options: TestServerOptions, io: CliIo): Promise<number> {
  const report = await inspectServer(name, options, io);
  io.stdout(options.json === true ? `${JSON.stringify(report)}\n` : renderReport(report));
  return report.status === 'ok' ? EXIT.ok : EXIT.failure;
}

/**
 * The test itself; what goes wrong at the server is in the report.
 * @throws ConfigError; GatewayError when it cannot be told who tests what, or when interrupted
 */
export async function inspectServer(
  name: string,
  options: Omit<TestServerOptions, 'json'>,
  io: CliIo,
): Promise<ServerReport> {
  const { path } = locateConfig(options.config);
  let doing = 'opening the gateway';
  const progress = showProgress(io, () => doing);
  try {
    // Warnings of the link to the server, its last words on stderr among them, are what one tests for.
    return await withGateway(path, 'warn', async (gateway, signal) => {
      const words = { name, mcpConfig: options.mcpConfig, keyEnv: options.keyEnv ?? KEY_VARIABLE };
      const target = await targetOf(
        { ...words, willCall: options.tool !== undefined },
        gateway.snapshot,
        gateway.app.get(CallerAuthenticator),
      );
      doing = `connecting to ${name}`;
      const listed = await list(gateway, target, signal);
      if (options.tool === undefined || listed.error !== null || target.caller === null) return listed;
      doing = `calling ${options.tool}`;
      const { auditLog } = gateway.snapshot.settings;
      const call = { caller: target.caller, server: name, tool: options.tool, args: options.args ?? {}, auditLog };
      return withCall(listed, await callThroughRelay(gateway.app, call, signal));
    });
  } finally {
    progress.stop();
  }
}

function withCall(listed: ServerReport, call: NonNullable<ServerReport['call']>): ServerReport {
  const blocked = call.status === 'blocked_input' || call.status === 'blocked_output';
  return { ...listed, call, status: blocked ? 'blocked' : call.status === 'success' ? 'ok' : 'failed' };
}

async function list({ app }: InProcessGateway, target: TestTarget, signal: AbortSignal): Promise<ServerReport> {
  const { caller, config, server } = target;
  const principal = caller?.principal ?? operatorOf(config);
  const about = {
    server: server.name,
    mcp_config: { id: config.id, name: config.name },
    kind: server.connection.kind,
    caller: caller === null ? null : { project: caller.principal.projectId, user: caller.principal.userId },
    input_policy: server.inputPolicy?.policyName ?? null,
    output_policy: server.outputPolicy?.policyName ?? null,
    definition_policy: server.definitionPolicy?.policyName ?? null,
    call: null,
  };
  const started = performance.now();
  try {
    const catalog = await app.get(CatalogService).refresh(principal, server, 0, signal);
    const connectedMs = Math.round(performance.now() - started);
    const tested = testedTools(app, target, principal, catalog);
    // A shared cache would keep for hours what nobody will ask for.
    if (caller === null) await app.get(CatalogCache).forget(principal.tenant, server.name, server.configHash);
    return { ...about, status: 'ok', error: null, connected_ms: connectedMs, tools: tested };
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = toGatewayError(cause);
    return { ...about, status: 'failed', error: message, connected_ms: null, tools: [] };
  }
}

function testedTools(
  app: INestApplicationContext,
  { config, server }: TestTarget,
  principal: Principal,
  catalog: Catalog,
): TestedTool[] {
  const names = new Map<string, string>();
  if (config.exposure !== 'meta') {
    for (const [exposed, route] of app.get(Router).directTools(principal, config)) {
      if (route.server === server) names.set(route.tool.name, exposed);
    }
  }
  return [...catalog.offered.values()].map((tool) => {
    const { name, definition } = tool;
    const description = definition.description ?? '';
    if (!allowed(server, name)) {
      return { name, description, state: 'hidden', exposed_as: null, reason: 'not on the allow-list of the server' };
    }
    const withheld = catalog.withheld.get(name);
    if (withheld !== undefined) {
      const why = withheld.reasons.length === 0 ? 'cannot be checked' : `has ${withheld.reasons.join(', ')}`;
      const reason = `its definition ${why} and is withheld`;
      // A description may be the very text that was blocked.
      return { name, description: '', state: 'withheld', exposed_as: null, reason };
    }
    const fault = schemaFault(tool);
    const state = fault === null ? 'allowed' : 'unusable';
    return { name, description, state, exposed_as: names.get(name) ?? null, reason: fault };
  });
}

/** Why no arguments can be checked against the tool's schema; null = they can. */
function schemaFault(tool: CatalogTool): string | null {
  try {
    tool.checkArguments({});
    return null;
  } catch (error) {
    return error instanceof GatewayError && error.code !== 'arguments_invalid' ? error.message : null;
  }
}
