import { Injectable } from '@nestjs/common';
import { ConfigStore } from '../config/config-store.js';
import type { KeyBook } from '../config/key-book.js';
import type { ConfigSnapshot } from '../config/snapshot.js';
import { Metrics } from '../telemetry/metrics.js';
import type { StatusSection } from './config-status.dto.js';

/** Answer of GET /api/v1/config/status; a section that was not asked for is absent. Holds no keys, secrets or user data. */
export type ConfigStatus = Partial<Record<StatusSection, Readonly<Record<string, unknown>>>>;

/** Tells which config is in force, what is wrong with the file, and what the gateway has counted. */
@Injectable()
export class ConfigStatusService {
  constructor(
    private readonly config: ConfigStore,
    private readonly metrics: Metrics,
  ) {}

  status(section?: StatusSection): ConfigStatus {
    const snapshot = this.config.current();
    const sections: Record<StatusSection, () => Readonly<Record<string, unknown>>> = {
      config: () => this.#config(snapshot),
      features: () => features(snapshot),
      counters: () => this.metrics.snapshot(),
    };
    if (section !== undefined) return { [section]: sections[section]() };
    return { config: sections.config(), features: sections.features(), counters: sections.counters() };
  }

  #config(snapshot: ConfigSnapshot): Readonly<Record<string, unknown>> {
    const health = this.config.health();
    return {
      ok: health.ok,
      revision: health.revision,
      loaded_at: health.loadedAt,
      ...(health.problem === undefined ? {} : { in_force: 'last good revision', broken_since: health.problem.at }),
      problems: health.problem?.problems ?? [],
      warnings: snapshot.warnings,
      counts: counts(snapshot, this.config.keys),
    };
  }
}

/** With a database, keys are those that this process knows. */
function counts(snapshot: ConfigSnapshot, keys: KeyBook): Readonly<Record<string, number>> {
  const projects = new Set<string>();
  const users = new Set<string>();
  let active = 0;
  for (const key of keys.active()) {
    active++;
    projects.add(key.principal.projectId);
    users.add(key.principal.userId);
  }
  let servers = 0;
  for (const config of snapshot.configs.values()) servers += config.servers.size;
  return {
    mcp_configs: snapshot.configs.size,
    servers,
    keys: keys.size,
    active_keys: active,
    projects_with_active_keys: projects.size,
    users_with_active_keys: users.size,
  };
}

function features({ settings, adminKeys }: ConfigSnapshot): Readonly<Record<string, unknown>> {
  return {
    admin_key: adminKeys.length > 0,
    admin_api_docs: settings.adminApiDocs,
    telemetry: settings.telemetry.enabled,
    log_level: settings.logLevel,
  };
}
