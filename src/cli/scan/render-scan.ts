import { DEFINITION_RULES } from '../../guardrails/definitions/definitions.rules.js';
import { plainLine } from '../plain-text.js';
import type { ScanFinding } from './scan-finding.js';
import type { ScanReport } from './scan-servers.js';

/** The report for people. Names of servers and tools are of outside origin. */
export function renderScan({ servers, findings }: ScanReport): string {
  const lines = servers.flatMap(({ server, status, error, tools }) => {
    const own = findings.filter((finding) => finding.server === server);
    const name = plainLine(server);
    if (status === 'failed') return [`${name}: failed`, `  ${plainLine(error ?? '')}`];
    const count = `${String(tools)} ${tools === 1 ? 'tool' : 'tools'}`;
    return [`${name}: ${count}, ${own.length === 0 ? 'nothing found' : `${String(own.length)} found`}`, ...table(own)];
  });
  return `${lines.join('\n')}\n`;
}

function table(findings: readonly ScanFinding[]): string[] {
  const rows = findings.map(({ level, rule, tool, path, why }) => [
    level,
    rule,
    `${plainLine(tool ?? '(server)')} ${plainLine(path)}`.trim(),
    plainLine(why),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd());
}

/** SARIF 2.1.0 (OASIS), for code scanning. Locations are logical: server, tool and place in the definition. */
export function sarifOf({ servers, findings }: ScanReport, version: string, file: string): unknown {
  const used = new Set(findings.map(({ rule }) => rule));
  const known = new Map(DEFINITION_RULES.map((rule) => [rule.id, rule]));
  const rules = [...used].map((id) => {
    const rule = known.get(id);
    if (rule === undefined) return { id };
    return {
      id,
      shortDescription: { text: rule.summary },
      help: { text: rule.remedy },
      properties: { tags: [rule.category] },
    };
  });
  const results = findings.map(({ rule, level, why, server, tool, path }) => ({
    ruleId: rule,
    level,
    message: { text: `${server}${tool === null ? '' : ` / ${tool}`}: ${why}` },
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: file.replaceAll('\\', '/') } },
        logicalLocations: [
          { name: tool ?? server, fullyQualifiedName: `${server}/${tool ?? ''}${path}`, kind: 'member' },
        ],
      },
    ],
  }));
  const failures = servers.filter(({ status }) => status === 'failed');
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'secure-mcp-gateway scan', version, rules } },
        invocations: [
          {
            executionSuccessful: failures.length === 0,
            toolExecutionNotifications: failures.map(({ server, error }) => ({
              level: 'error',
              message: { text: `${server}: ${error ?? ''}` },
            })),
          },
        ],
        results,
      },
    ],
  };
}
