import type { ConfigPath } from '../problem.js';
import { counted, isObject, rewrite, type OlderForm, serversIn } from './older-form.js';

/** `enable_tool_guardrails` of a server, a mere switch. A `tool_guardrails_policy` is newer and wins, unless it is `{}` and says nothing. */
export const toolGuardrailsSwitch: OlderForm = (config, { moves, rewrites }) => {
  const places: ConfigPath[] = [];
  let on = false;
  for (const [path, server] of serversIn(config)) {
    if (!Object.hasOwn(server, 'enable_tool_guardrails')) continue;
    const { enable_tool_guardrails: enabled } = server;
    const from = [...path, 'enable_tool_guardrails'];
    places.push(from);
    Reflect.deleteProperty(server, 'enable_tool_guardrails');
    if (Object.hasOwn(server, 'tool_guardrails_policy') && !isEmpty(server.tool_guardrails_policy)) continue;
    server.tool_guardrails_policy = { enabled, policy_name: 'default', block: [] };
    on ||= enabled === true;
    moves.push({ from, to: [...path, 'tool_guardrails_policy'] });
    moves.push({ from, to: [...path, 'tool_guardrails_policy', 'enabled'] });
  }
  const [first] = places;
  if (first === undefined) return;
  const reports = on ? ' (which only reports: name detectors in block to hide tools)' : '';
  const became =
    `in ${counted(places.length, 'server')} taken as tool_guardrails_policy {"enabled": the same, "policy_name": "default", ` +
    `"block": []}${reports}, unless that stands too`;
  rewrites.push(rewrite(first, became));
};

function isEmpty(policy: unknown): boolean {
  return isObject(policy) && Object.keys(policy).length === 0;
}
