import type { ConfigPath } from '../problem.js';
import { counted, isObject, rewrite, type OlderForm, serversIn } from './older-form.js';

const POLICIES = ['input_guardrails_policy', 'output_guardrails_policy', 'tool_guardrails_policy'];

/** A policy `{}`, which always meant "off". One that says more than nothing must say whether it is enabled. */
export const emptyPolicies: OlderForm = (config, { rewrites }) => {
  const places: ConfigPath[] = [];
  for (const [path, server] of serversIn(config)) {
    for (const name of POLICIES) {
      const policy = server[name];
      if (!isObject(policy) || Object.keys(policy).length > 0) continue;
      server[name] = { enabled: false };
      places.push([...path, name]);
    }
  }
  const [first] = places;
  if (first === undefined) return;
  rewrites.push(
    rewrite(first, `an empty policy (${counted(places.length, 'place')}), taken as {"enabled": false}: off`),
  );
};
