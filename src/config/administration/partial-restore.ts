import { AdministrationError } from './administration-error.js';
import { entitiesOf, isObject, type Json, objectOf, textOf } from './document.js';
import { MASK } from './mask.js';
import { keptOAuth } from './oauth-secrets.js';
import { configWithoutSecrets, keepingSecrets } from './server-secrets.js';
import { storedForm, isKeyInClear } from '../key-hash.js';
import { savedConfig } from './saved-document.js';
import { backupOf } from './system.js';

const SECTIONS = ['mcp_configs', 'projects', 'users', 'apikeys'] as const;

/** A backup without secrets: values of servers are masked, keys are hashes, and the settings of the gateway itself are left out. */
export function maskedBackup(document: Json): Json {
  const config: Json = {};
  for (const section of SECTIONS) config[section] = objectOf(document[section]);
  config.mcp_configs = Object.fromEntries(
    entitiesOf(document, 'config').map(({ id, json }) => [id, configWithoutSecrets(json)]),
  );
  config.apikeys = Object.fromEntries(
    Object.entries(objectOf(document.apikeys)).map(([key, json]) => [isKeyInClear(key) ? storedForm(key) : key, json]),
  );
  config.policies = policiesOf(document);
  return { ...backupOf(config), masked: true };
}

/**
 * Takes configs, projects, users, keys and named policies over from a backup. Everything else of the document belongs to the operator
 * and stays. Masked values keep what the same server of the same config has now.
 * @returns what was in an older form
 * @throws AdministrationError `invalid`
 */
export function restoreEntities(document: Json, backup: Json): readonly string[] {
  const { json: config, notes } = savedConfig(backup);
  const missing = SECTIONS.filter((section) => !isObject(config[section]));
  if (missing.length > 0) {
    throw new AdministrationError('invalid', `The backup is not whole: it has no ${missing.join(', ')}.`);
  }
  const before = structuredClone(document);
  for (const section of SECTIONS) document[section] = structuredClone(config[section]);
  for (const [id, json] of Object.entries(objectOf(document.mcp_configs))) {
    if (isObject(json)) unmask(json, objectOf(objectOf(before.mcp_configs)[id]));
  }
  const policies = isObject(config.policies) ? config.policies : policiesOf(config);
  if (Object.keys(policies).length > 0) setPolicies(document, policies);
  return notes;
}

/** Replaces the masked values of a config's servers by those that they have now. @throws AdministrationError `invalid` */
export function unmask(config: Json, stored: Json): void {
  const list: unknown = config.mcp_config;
  if (!Array.isArray(list)) return;
  const before: unknown[] = Array.isArray(stored.mcp_config) ? stored.mcp_config : [];
  for (const server of list) {
    if (!isObject(server) || !isObject(server.config)) continue;
    if (!JSON.stringify([server.config, server.oauth_config]).includes(MASK)) continue;
    const old = before.map(objectOf).find(({ server_name }) => textOf(server_name) === server.server_name);
    server.config = keepingSecrets(server.config, objectOf(old?.config));
    if (server.oauth_config !== undefined) server.oauth_config = keptOAuth(server.oauth_config, old?.oauth_config);
  }
}

function policiesOf(document: Json): Json {
  return objectOf(objectOf(objectOf(objectOf(document.plugins).guardrails).config).policies);
}

function setPolicies(document: Json, policies: Json): void {
  const plugins = objectOf(document.plugins);
  const guardrails = objectOf(plugins.guardrails);
  const config = { ...objectOf(guardrails.config), policies: structuredClone(policies) };
  document.plugins = { ...plugins, guardrails: { ...guardrails, config } };
}
