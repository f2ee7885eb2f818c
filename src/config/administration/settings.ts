import { type Json, objectOf } from './document.js';

/** What `config configure-telemetry` sets; `undefined` leaves a setting as it is. */
export interface TelemetryFields {
  readonly enabled?: boolean;
  readonly url?: string;
  readonly insecure?: boolean;
}

/** Sets the key of the guardrail service. */
export function setServiceKey(document: Json, key: string): void {
  setPlugin(document, 'guardrails', { api_key: key });
}

/** Whether a key of the guardrail service is set, and its last four characters; never more of it. A reference is shown as it is. */
export function serviceKeyOf(document: Json): { readonly is_set: boolean; readonly enkrypt_api_key: string | null } {
  const { api_key } = objectOf(objectOf(objectOf(document.plugins).guardrails).config);
  if (typeof api_key !== 'string' || api_key === '') return { is_set: false, enkrypt_api_key: null };
  const isReference = /^\$\{[^}]+\}$/.test(api_key);
  return { is_set: true, enkrypt_api_key: isReference ? api_key : `…${api_key.length > 16 ? api_key.slice(-4) : ''}` };
}

export function configureTelemetry(document: Json, fields: TelemetryFields): void {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  setPlugin(document, 'telemetry', Object.fromEntries(given));
}

function setPlugin(document: Json, name: 'guardrails' | 'telemetry', fields: Json): void {
  const plugins = objectOf(document.plugins);
  const plugin = objectOf(plugins[name]);
  document.plugins = { ...plugins, [name]: { ...plugin, config: { ...objectOf(plugin.config), ...fields } } };
}
