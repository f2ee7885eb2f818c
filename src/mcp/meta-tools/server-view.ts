import type { Tool } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig, ServerEntry } from '../../contracts/server-entry.js';
import { shownName } from '../../config/tool-override.js';
import { allowed } from '../../config/tool-permission.js';
import { shownDefinition, shownDefinitions } from '../catalog/shown-tool.js';
import { CatalogService } from '../catalog/catalog.service.js';
import { Router } from '../router.js';
import { tokensOf } from './tool-text.js';
import { policyView, verdictView } from './policy-view.js';

/** A tool as shown before discovery: only what the config says. */
type ShownTool = Tool | { readonly name: string; readonly description: string };

/** What callers may see of a server: an allow-list of fields. Command, arguments, URL, headers and env stay in the gateway. */
@Injectable()
export class ServerView {
  constructor(
    private readonly catalogs: CatalogService,
    private readonly router: Router,
  ) {}

  entry(principal: Principal, server: ServerEntry): Record<string, unknown> {
    const cached = this.catalogs.held(principal, server) !== undefined;
    return {
      server_name: server.name,
      description: server.description,
      transport: server.connection.kind,
      input_guardrails_policy: policyView(server.inputPolicy, 'input'),
      output_guardrails_policy: policyView(server.outputPolicy, 'output'),
      tool_guardrails_policy: policyView(server.definitionPolicy, 'tool'),
      tools: this.tools(principal, server),
      has_cached_tools: cached,
      tools_source: server.allowedTools !== null ? 'config' : cached ? 'cache' : 'needs_discovery',
    };
  }

  /** Of the definitions that are known and let through (see tokensOf). */
  tokenCost(principal: Principal, server: ServerEntry): number {
    let tokens = 0;
    for (const tool of this.catalogs.held(principal, server)?.tools.values() ?? []) {
      if (!allowed(server, tool.name) || shownName(server, tool.name) === undefined) continue;
      tokens += tokensOf(shownDefinition(server, tool.definition));
    }
    return tokens;
  }

  /** The tools this server's allow-list lets through, as a list: full definitions once discovered. */
  tools(principal: Principal, server: ServerEntry): ShownTool[] {
    const catalog = this.catalogs.held(principal, server);
    if (catalog !== undefined) {
      const open = [...catalog.tools.values()].filter(({ name }) => allowed(server, name));
      return shownDefinitions(
        server,
        open.map(({ definition }) => definition),
      );
    }
    return [...(server.allowedTools ?? [])]
      .filter(([name]) => allowed(server, name))
      .map(([own, description]) => ({ name: own, description, ...server.toolOverrides?.get(own) }));
  }

  /** The tools withheld for their definitions, in the shape of the reference. */
  blocked(principal: Principal, config: McpConfig, server: ServerEntry): Record<string, unknown> {
    const policy = server.definitionPolicy;
    const report = this.router.crossServerReport(principal, config);
    const ofText = this.catalogs.held(principal, server)?.withheld.values() ?? [];
    const tools = [...ofText, ...(report.withheld.get(server.name)?.values() ?? [])]
      .filter(({ name }) => allowed(server, name))
      .map(({ shownName: name, reasons, verdict, remedy }) => ({
        name,
        reasons,
        ...(remedy === undefined ? {} : { remedy }),
        detection_details: verdictView(policy, verdict),
      }));
    // Rules and names only: the text of a poisoned definition must not reach the model by the answer that warns of it.
    const findings = report.findings
      .filter((finding) => finding.server === server.name && (finding.tool === '' || allowed(server, finding.tool)))
      .map(({ rule, tool, other }) => ({ rule, tool, ...(other === undefined ? {} : { other }) }));
    return {
      blocked_tools: tools,
      blocked_count: tools.length,
      blocked_reasons: [...new Set(tools.flatMap(({ reasons }) => reasons))],
      ...(findings.length === 0 ? {} : { definition_findings: findings }),
    };
  }

  needsDiscovery(principal: Principal, server: ServerEntry): boolean {
    return server.allowedTools === null && this.catalogs.peek(principal, server) === undefined;
  }
}
