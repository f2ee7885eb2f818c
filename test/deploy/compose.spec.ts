import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { execForm, last, lineage } from '../support/dockerfile.js';
import { ROOT } from '../support/gateway.js';

type Json = Record<string, unknown>;

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly secrets?: readonly string[];
  readonly networks: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly security_opt: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { file: string }>>;
}

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const load = (file: string): unknown => parse(text(file));

const FILES = ['docker-compose.yml', 'infra/docker-compose.yml'];
const GATEWAY = load('docker-compose.yml') as Compose;
const STACK = load('infra/docker-compose.yml') as Compose;
const COLLECTOR = load('infra/otel-collector/config.yml') as Record<string, Record<string, Json>>;

describe.each(FILES)('%s', (file) => {
  const { services, networks, volumes, secrets } = load(file) as Compose;
  const all = Object.entries(services);
  const folder = join(ROOT, file, '..');

  it('publishes on the loopback of the host alone', () => {
    const ports = all.flatMap(([, { ports: each = [] }]) => each);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !/^127\.0\.0\.1:\d+:\d+$/.test(port))).toEqual([]);
    expect(new Set(ports).size).toBe(ports.length);
  });

  it('pins every image, and lets nobody gain privileges', () => {
    for (const [name, { image, security_opt: options }] of all) {
      expect([name, image]).toEqual([name, expect.stringMatching(/^[a-z0-9./-]+:v?\d[\w.-]*$/)]);
      expect([name, options]).toEqual([name, ['no-new-privileges:true']]);
    }
  });

  it('names networks, volumes, secrets, files and services that there are', () => {
    for (const [name, service] of all) {
      const found = (kind: object, used: readonly string[]): void => {
        expect([name, used.filter((each) => !(each in kind))]).toEqual([name, []]);
      };
      found(networks, service.networks);
      found(secrets, service.secrets ?? []);
      const { depends_on: before = [] } = service;
      found(services, Array.isArray(before) ? (before as string[]) : Object.keys(before));
      const sources = (service.volumes ?? []).map((volume) => volume.split(':')[0]!);
      found(
        volumes,
        sources.filter((source) => !source.startsWith('.')),
      );
      const files = sources.filter((source) => source.startsWith('.') && !source.endsWith('/dashboards'));
      expect(files.filter((each) => !existsSync(join(folder, each)))).toEqual([]);
    }
  });

  it('holds no secret: they are files that git does not keep', () => {
    for (const { file: secret } of Object.values(secrets)) expect(secret).toMatch(/^\.\/secrets\/\w+$/);
    expect(text('.gitignore')).toContain(`\n/${join(file, '..', 'secrets')}/\n`);
    for (const [name, { environment = {} }] of all) {
      const secretive = Object.entries(environment).filter(([key]) => /PASSWORD|KEY|TOKEN|SECRET|URL/.test(key));
      expect([name, secretive.filter(([key]) => !key.endsWith('_FILE'))]).toEqual([name, []]);
    }
    expect(text(file)).not.toMatch(/:\/\/[^/\s]*:[^/\s]*@/);
  });
});

describe('the gateway with Redis and PostgreSQL', () => {
  it('publishes the gateway only, and leaves the databases no way out', () => {
    const published = Object.entries(GATEWAY.services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name]) => name)).toEqual(['gateway']);
    expect(GATEWAY.networks.back).toEqual({ internal: true });
    expect([GATEWAY.services.redis?.networks, GATEWAY.services.postgres?.networks]).toEqual([['back'], ['back']]);
  });

  it('waits for both to be well', () => {
    expect(GATEWAY.services.gateway?.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' },
    });
    expect([GATEWAY.services.redis?.healthcheck, GATEWAY.services.postgres?.healthcheck]).not.toContain(undefined);
  });

  it('runs the image as it is meant to be run', () => {
    const runtime = lineage('gateway');
    const { gateway } = GATEWAY.services;
    expect(gateway?.volumes).toEqual([`gateway:${execForm(last('VOLUME', runtime))[0]!}`]);
    expect(gateway?.ports).toEqual([`127.0.0.1:8000:${last('EXPOSE', runtime)}`]);
    expect(gateway).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '30s' });
    expect(gateway?.command?.slice(0, 3)).toEqual(execForm(last('CMD', runtime)));
    expect(gateway?.secrets).toContain(gateway?.environment?.ENKRYPT_DATABASE_URL_FILE?.replace('/run/secrets/', ''));
  });
});

describe('the stack for telemetry', () => {
  it('has a Grafana that nobody uses without the password', () => {
    const { environment, secrets } = STACK.services.grafana!;
    expect(environment).toMatchObject({
      GF_AUTH_ANONYMOUS_ENABLED: 'false',
      GF_USERS_ALLOW_SIGN_UP: 'false',
      GF_SECURITY_ADMIN_PASSWORD__FILE: `/run/secrets/${secrets![0]!}`,
    });
  });

  it('sends each kind of telemetry to a service that there is, by receivers that are published', () => {
    const { pipelines } = COLLECTOR.service as { pipelines: Record<string, Record<string, string[]>> };
    expect(Object.keys(pipelines).sort()).toEqual(['logs', 'metrics', 'traces']);
    for (const { receivers, processors, exporters } of Object.values(pipelines)) {
      expect(receivers!.filter((each) => !(each in COLLECTOR.receivers!))).toEqual([]);
      expect(processors!.filter((each) => !(each in COLLECTOR.processors!))).toEqual([]);
      expect(exporters!.filter((each) => !(each in COLLECTOR.exporters!))).toEqual([]);
    }
    const { protocols } = COLLECTOR.receivers!.otlp as { protocols: Record<string, { endpoint: string }> };
    const listening = Object.values(protocols).map(({ endpoint }) => endpoint.split(':')[1]);
    expect(STACK.services['otel-collector']?.ports).toEqual(listening.map((port) => `127.0.0.1:${port!}:${port!}`));
    for (const [name, { endpoint }] of Object.entries(COLLECTOR.exporters!)) {
      const host = String(endpoint)
        .replace(/^http:\/\//, '')
        .split(':')[0]!;
      expect([name, host === '0.0.0.0' || host in STACK.services]).toEqual([name, true]);
    }
  });

  it('has Prometheus look where the collector shows metrics', () => {
    const { scrape_configs: jobs, rule_files: rules } = load('infra/prometheus/prometheus.yml') as {
      scrape_configs: { static_configs: { targets: string[] }[] }[];
      rule_files: string[];
    };
    const port = String(COLLECTOR.exporters!.prometheus!.endpoint).split(':')[1]!;
    const targets = jobs.flatMap(({ static_configs: configs }) => configs.flatMap(({ targets: each }) => each));
    expect(targets).toContain(`otel-collector:${port}`);
    expect(rules).toEqual(['/etc/prometheus/alerts/*.yml']);
    expect(STACK.services.prometheus?.volumes).toContain('./prometheus:/etc/prometheus:ro');
  });

  it('gives Grafana data sources that there are, on the ports that they have', () => {
    const { datasources } = load('infra/grafana/provisioning/datasources/datasources.yml') as {
      datasources: { uid: string; url: string; jsonData: Json }[];
    };
    const { server } = load('infra/loki/config.yml') as { server: { http_listen_port: number } };
    expect(datasources.map(({ uid, url }) => [uid, url])).toEqual([
      ['prometheus', 'http://prometheus:9090'],
      ['loki', `http://loki:${String(server.http_listen_port)}`],
      ['jaeger', `http://jaeger:16686${STACK.services.jaeger!.environment!.QUERY_BASE_PATH!}`],
    ]);
    const referred = JSON.stringify(datasources).matchAll(/"datasourceUid":"(\w+)"/g);
    for (const [, uid] of referred) expect(datasources.map((each) => each.uid)).toContain(uid);
  });

  it('shows the dashboards of the folder, whose panels ask those data sources', () => {
    const { providers } = load('infra/grafana/provisioning/dashboards/dashboards.yml') as {
      providers: { options: { path: string } }[];
    };
    expect(STACK.services.grafana?.volumes).toContain(`./grafana/dashboards:${providers[0]!.options.path}:ro`);
    const folder = join(ROOT, 'infra/grafana/dashboards');
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    for (const name of names) {
      const dashboard = load(join('infra/grafana/dashboards', name)) as {
        uid: string;
        panels: unknown;
        templating?: { list?: { name: string; type: string; query: string }[] };
      };
      const known = ['prometheus', 'loki', 'jaeger'];
      const chosen = (dashboard.templating?.list ?? []).filter(({ type }) => type === 'datasource');
      expect([name, chosen.filter(({ query }) => !known.includes(query))]).toEqual([name, []]);
      const usable = [...known, ...chosen.map((variable) => `\${${variable.name}}`)];
      const used = [...JSON.stringify(dashboard.panels).matchAll(/"datasource":\{[^}]*"uid":"((?:\$\{\w+\}|[^"])+)"/g)];
      expect([name, used.length > 0, used.filter(([, uid = '']) => !usable.includes(uid))]).toEqual([name, true, []]);
    }
  });
});
