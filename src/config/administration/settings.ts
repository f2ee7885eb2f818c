import { toNewestForm } from '../older-forms/newest-form.js';
import { type Json, objectOf, textOf } from './document.js';

type PluginName = 'guardrails' | 'telemetry';

/** What `config configure-telemetry` sets; `undefined` leaves a setting as it is. */
export interface TelemetryFields {
  readonly enabled?: boolean;
  readonly url?: string;
  readonly insecure?: boolean;
}

/**
 * Sets the key of the guardrail service.
 * @returns the provider in use: with `local` the service is asked only where a policy names it
 */
export function setServiceKey(document: Json, key: string): string {
  return textOf(setPlugin(document, 'guardrails', { api_key: key }).provider) || 'local';
}

/** Whether a key of the guardrail service is set, and its last four characters; never more of it. A reference is shown as it is. */
export function serviceKeyOf(document: Json): { readonly is_set: boolean; readonly enkrypt_api_key: string | null } {
  const { api_key } = objectOf(pluginOf(document, 'guardrails').config);
  if (typeof api_key !== 'string' || api_key === '') return { is_set: false, enkrypt_api_key: null };
  const isReference = /^\$\{[^}]+\}$/.test(api_key);
  return { is_set: true, enkrypt_api_key: isReference ? api_key : `…${api_key.length > 16 ? api_key.slice(-4) : ''}` };
}

export function configureTelemetry(document: Json, fields: TelemetryFields): void {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  setPlugin(document, 'telemetry', Object.fromEntries(given));
}

function setPlugin(document: Json, name: PluginName, fields: Json): Json {
  const plugin = pluginOf(document, name);
  const changed = { ...plugin, config: { ...objectOf(plugin.config), ...fields } };
  document.plugins = { ...objectOf(document.plugins), [name]: changed };
  return changed;
}

/**
 * A section of `plugins` as the loader takes it. Older files have these settings elsewhere, and a section that is written beside them
 * wins: without what they say, one new setting would turn the others off.
 */
function pluginOf(document: Json, name: PluginName): Json {
  const { plugins } = objectOf(toNewestForm(document).json);
  return objectOf(objectOf(plugins)[name]);
}
