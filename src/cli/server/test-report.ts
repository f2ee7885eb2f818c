import type { ServerConnection } from '../../contracts/server-entry.js';
import { plainLine, plainText } from '../plain-text.js';

/** A tool of the server, and what the gateway makes of it. */
export interface TestedTool {
  readonly name: string;
  readonly description: string;
  /**
   * `hidden` = not on the allow-list; `withheld` = its definition is blocked by tool_guardrails_policy; `unusable` = its schema cannot be
   * checked, so every call is refused.
   */
  readonly state: 'allowed' | 'hidden' | 'withheld' | 'unusable';
  /** Its name for clients; null = only through enkrypt_secure_call_tools, or not at all. */
  readonly exposed_as: string | null;
  readonly reason: string | null;
}

/** What a detector found, by category; never the text. */
export interface TestedFinding {
  readonly direction: 'input' | 'output';
  readonly detector: string;
  readonly category: string;
  readonly hits: number;
  readonly action: string;
}

/** How a call ended. */
export interface TestedCall {
  readonly tool: string;
  readonly status: 'success' | 'error' | 'blocked_input' | 'blocked_output';
  /** null = there is none: the call was refused before the checks, or failed on its way. */
  readonly verdict: 'allowed' | 'redacted' | 'blocked_input' | 'blocked_output' | null;
  readonly message: string;
  readonly findings: readonly TestedFinding[];
  /** Text of the answer; '' when it was withheld. */
  readonly response: string;
  /** Content blocks, when the answer is more than one text. */
  readonly content?: unknown;
  readonly structured_content?: unknown;
  readonly ms: number;
  /** `request_id` of its line in the audit log. */
  readonly request_id: string;
  readonly audit_log: string;
}

/** What `server test` found out; also its JSON. */
export interface ServerReport {
  readonly server: string;
  readonly mcp_config: { readonly id: string; readonly name: string };
  readonly kind: ServerConnection['kind'];
  /** Whose key it was; null = listed without one. */
  readonly caller: { readonly project: string; readonly user: string } | null;
  readonly status: 'ok' | 'failed' | 'blocked';
  readonly error: string | null;
  readonly connected_ms: number | null;
  readonly input_policy: string | null;
  readonly output_policy: string | null;
  readonly definition_policy: string | null;
  readonly tools: readonly TestedTool[];
  readonly call: TestedCall | null;
}

const MAX_DESCRIPTION_CHARS = 80;

/** The report for people. Everything in it is of outside origin but the words. */
export function renderReport(report: ServerReport): string {
  const { call, caller } = report;
  const who = caller === null ? 'without a key' : `as project ${caller.project}, user ${caller.user}`;
  const head = `${plainLine(report.server)} (${report.kind}) of config ${plainLine(report.mcp_config.name)}, ${who}`;
  const lines =
    report.error !== null
      ? [`${head}: failed`, `  ${plainLine(report.error)}`]
      : [
          `${head}: ${count(report.tools.length, 'tool')} in ${String(report.connected_ms)} ms`,
          `  input policy ${report.input_policy ?? 'off'}, output policy ${report.output_policy ?? 'off'}, definitions ${report.definition_policy ?? 'off'}`,
          ...toolLines(report.tools),
          ...(call === null ? [] : callLines(call)),
        ];
  return `${lines.join('\n')}\n`;
}

function toolLines(tools: readonly TestedTool[]): string[] {
  const width = Math.max(0, ...tools.map(({ name }) => plainLine(name).length));
  return tools.map(({ name, state, description, reason }) => {
    const [first = ''] = description.split('\n');
    const text = plainLine(reason ?? first);
    const shown = text.length > MAX_DESCRIPTION_CHARS ? `${text.slice(0, MAX_DESCRIPTION_CHARS - 1)}…` : text;
    return `  ${state.padEnd('unusable'.length)}  ${plainLine(name).padEnd(width)}  ${shown}`.trimEnd();
  });
}

function callLines(call: TestedCall): string[] {
  const findings = call.findings.map(
    ({ direction, detector, category, hits, action }) =>
      `  finding  ${direction}: ${plainLine(detector)} ${plainLine(category)} × ${String(hits)} (${plainLine(action)})`,
  );
  return [
    `call of ${plainLine(call.tool)}: ${call.status} in ${String(call.ms)} ms`,
    `  verdict  ${call.verdict ?? 'none: the call was refused or failed before one'}`,
    ...findings,
    `  reason   ${plainLine(call.message)}`,
    `  audit    request_id ${call.request_id} in ${call.audit_log}`,
    ...(call.response === '' ? [] : ['  result', ...indented(call.response)]),
    ...(call.content === undefined ? [] : ['  content', ...indented(JSON.stringify(call.content, null, 2))]),
    ...(call.structured_content === undefined
      ? []
      : ['  structured content', ...indented(JSON.stringify(call.structured_content, null, 2))]),
  ];
}

function indented(text: string): string[] {
  return plainText(text)
    .split('\n')
    .map((line) => `    ${line}`);
}

function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
