import { HOOK_CLIENTS, type HookClientName, type HookPolicy } from '../contracts/hook-policy.js';
import { blockingDefaultPolicy, type PolicyTable, resolveInputPolicy } from './policy-resolution.js';
import type { RawProblem } from './problem.js';
import type { HooksSection } from './schema-hooks.js';

/** A client without a section: whoever registers its hooks wants checks, so everything the built-in policy finds is blocked. */
const UNCONFIGURED: HookPolicy = Object.freeze({
  policy: blockingDefaultPolicy(),
  sensitiveTools: Object.freeze([]),
  failOpen: false,
});

/** Policies of every client; faults go to `problems`, and a client with a fault is missing. */
export function resolveHooks(
  section: HooksSection,
  table: PolicyTable,
  problems: RawProblem[],
  warnings: RawProblem[],
): ReadonlyMap<HookClientName, HookPolicy> {
  const resolved = new Map<HookClientName, HookPolicy>();
  for (const client of HOOK_CLIENTS) {
    const policy = resolveClient(client, section, { table, problems, warnings });
    if (policy !== null) resolved.set(client, policy);
  }
  return resolved;
}

function resolveClient(
  client: HookClientName,
  sections: HooksSection,
  scope: { readonly table: PolicyTable; readonly problems: RawProblem[]; readonly warnings: RawProblem[] },
): HookPolicy | null {
  const section = sections[client];
  if (section === undefined) return UNCONFIGURED;
  const path = ['hooks', client];
  const policy = resolveInputPolicy(section, { ...scope, path });
  if (section.enabled && policy === null) return null;
  if (section.enabled && section.on_failure === 'open') {
    const message = 'actions that cannot be checked go on; "closed" refuses them';
    scope.warnings.push({ path: [...path, 'on_failure'], message });
  }
  return Object.freeze({
    policy,
    sensitiveTools: Object.freeze([...section.sensitive_tools]),
    failOpen: section.on_failure === 'open',
  });
}
