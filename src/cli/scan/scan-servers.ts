import { blockingDefaultPolicy } from '../../config/policy-resolution.js';
import type { GuardrailPolicy, McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { toGatewayError } from '../../errors.js';
import { crossServerFindings, type SeenDefinition, suspectTexts } from '../../guardrails/definitions/look-alikes.js';
import { GuardrailEngine } from '../../guardrails/engine.js';
import { CatalogService } from '../../mcp/catalog/catalog.service.js';
import type { InProcessGateway } from '../in-process-gateway.js';
import { operatorOf } from '../operator.js';
import { fromDefinition, fromDetector, type ScanFinding } from './scan-finding.js';

/** How one server answered. */
interface ScannedServer {
  readonly server: string;
  readonly status: 'ok' | 'failed';
  readonly error: string | null;
  readonly tools: number;
}

/** Everything that a scan found. */
export interface ScanReport {
  readonly servers: readonly ScannedServer[];
  readonly findings: readonly ScanFinding[];
}

/** Servers asked at the same time. */
const PARALLEL = 4;

/**
 * Connects to each server as the gateway does, reads its list of tools and what it says of itself, and judges every text with every
 * detector. Never calls a tool.
 */
export async function scanServers(
  gateway: InProcessGateway,
  config: McpConfig,
  servers: readonly ServerEntry[],
  signal: AbortSignal,
): Promise<ScanReport> {
  const scanned = new Map<string, { readonly about: ScannedServer; readonly seen: readonly SeenDefinition[] }>();
  const queue = [...servers];
  const worker = async (): Promise<void> => {
    for (let server = queue.shift(); server !== undefined; server = queue.shift()) {
      scanned.set(server.name, await ask(gateway, config, server, signal));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  const all = servers.flatMap(({ name }) => scanned.get(name) ?? []);
  const seen = all.flatMap((one) => one.seen);
  const findings = await judge(gateway.app.get(GuardrailEngine, { strict: false }), seen);
  const tools = seen.filter(({ tool }) => tool !== '');
  return {
    servers: all.map(({ about }) => about),
    findings: [...findings, ...crossServerFindings(tools).map(fromDefinition)],
  };
}

async function ask(
  { app }: InProcessGateway,
  config: McpConfig,
  server: ServerEntry,
  signal: AbortSignal,
): Promise<{ readonly about: ScannedServer; readonly seen: readonly SeenDefinition[] }> {
  const { name } = server;
  // Whatever the server's own policies withhold is what a scan is for.
  const open: ServerEntry = { ...server, definitionPolicy: null, checksServerInfo: false, pinning: null };
  try {
    const { offered, about } = await app.get(CatalogService).refresh(operatorOf(config), open, 0, signal);
    const seen = [...offered.values()].map(({ name: tool, definition }) => ({ server: name, tool, definition }));
    const self = about === null ? [] : [{ server: name, tool: '', definition: about }];
    return { about: { server: name, status: 'ok', error: null, tools: seen.length }, seen: [...self, ...seen] };
  } catch (cause) {
    signal.throwIfAborted();
    const { message } = toGatewayError(cause);
    return { about: { server: name, status: 'failed', error: message, tools: 0 }, seen: [] };
  }
}

async function judge(engine: GuardrailEngine, seen: readonly SeenDefinition[]): Promise<ScanFinding[]> {
  const policy: GuardrailPolicy = blockingDefaultPolicy();
  const findings: ScanFinding[] = [];
  for (const one of seen) {
    findings.push(...suspectTexts(one).map(fromDefinition));
    const { server, tool } = one;
    const channel = tool === '' ? 'server_description' : 'tool_description';
    const { verdict } = await engine.inspectInput(policy, { definition: one.definition }, { channel, server, tool });
    findings.push(...verdict.findings.map((finding) => fromDetector(finding, server, tool)));
  }
  return findings;
}
