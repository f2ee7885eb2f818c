import type { ConfigPath } from '../problem.js';
import { type Findings, type JsonObject, madeIn, rewrite, objectIn, type OlderForm } from './older-form.js';

const COMMON = 'common_mcp_gateway_config';
/** What generated files held until somebody entered a key. */
const PLACEHOLDER = 'YOUR_ENKRYPT_API_KEY';

/**
 * `enkrypt_api_key` and `enkrypt_base_url` of the common section: credentials of the remote guardrail provider, the only provider of
 * their time. So the provider is named as well: a policy that is enabled is then one of the service. A `plugins.guardrails` section is newer and wins.
 */
export const guardrailKeys: OlderForm = (config, findings) => {
  const common = objectIn(config, COMMON);
  if (common === null || !(Object.hasOwn(common, 'enkrypt_api_key') || Object.hasOwn(common, 'enkrypt_base_url')))
    return;
  const plugins = madeIn(config, 'plugins');
  if (plugins === null) return;
  const superseded = Object.hasOwn(plugins, 'guardrails');
  if (!superseded) plugins.guardrails = { provider: 'enkrypt', config: {} };
  const section = superseded ? null : objectIn(plugins, 'guardrails');
  for (const [old, name] of [
    ['enkrypt_api_key', 'api_key'],
    ['enkrypt_base_url', 'base_url'],
  ] as const) {
    if (Object.hasOwn(common, old)) moveKey({ common, old, section, name }, findings);
  }
};

interface OneKey {
  readonly common: JsonObject;
  readonly old: string;
  /** null = the file has a newer section */
  readonly section: JsonObject | null;
  readonly name: string;
}

function moveKey({ common, old, section, name }: OneKey, findings: Findings): void {
  const from: ConfigPath = [COMMON, old];
  const value = common[old];
  Reflect.deleteProperty(common, old);
  if (section === null) {
    findings.rewrites.push(rewrite(from, 'not used, because plugins.guardrails stands too and is newer'));
    return;
  }
  findings.moves.push({ from, to: ['plugins', 'guardrails', 'provider'] });
  if (value === PLACEHOLDER || value === '' || value === null) {
    // Whoever asks the service with such a key is told where it stands.
    if (name === 'api_key') findings.moves.push({ from, to: ['plugins', 'guardrails', 'config', name] });
    const became = `empty or a placeholder, taken as none (plugins.guardrails.provider is "enkrypt")`;
    findings.rewrites.push(rewrite(from, became));
    return;
  }
  const holder = madeIn(section, 'config');
  if (holder !== null) holder[name] = value;
  findings.moves.push({ from, to: ['plugins', 'guardrails', 'config', name] });
  const became = `taken as plugins.guardrails.config.${name} of the provider "enkrypt"`;
  findings.rewrites.push(rewrite(from, became));
}
