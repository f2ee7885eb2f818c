import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../support/gateway.js';
import {
  CHART,
  conform,
  describeWithHelm,
  type Manifest,
  manifests,
  render,
  run,
  validateCustom,
  VALUE_SETS,
  VERSIONS,
} from '../support/kube.js';

jest.setTimeout(60_000);

type Json = Record<string, unknown>;

const read = (name: string): string => readFileSync(join(CHART, name), 'utf8');
const INLINE = ['--set', 'config.inline.admin_apikey=sha256:00'];

/** What a path leads to in a manifest. */
function at(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((found, name) => (found as Json | undefined)?.[name], value);
}

function only(all: readonly Manifest[], kind: string, suffix = ''): Manifest {
  const found = all.filter(
    ({ kind: each, metadata }) => each === kind && metadata.name === `mcp-secure-mcp-gateway${suffix}`,
  );
  expect([kind, found.length]).toEqual([kind, 1]);
  return found[0]!;
}

/** The specification of the pods of each manifest that has some. */
function pods(all: readonly Manifest[]): Json[] {
  const found = all.map((each) => at(each, each.kind === 'Pod' ? 'spec' : 'spec.template.spec'));
  return found.filter((spec) => spec !== undefined) as Json[];
}

function containers(pod: Json): Json[] {
  const { initContainers, containers: main } = pod as Record<string, Json[] | undefined>;
  return [...(initContainers ?? []), ...(main ?? [])];
}

describe('the chart', () => {
  it('is of the version that package.json has', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(parse(read('Chart.yaml'))).toMatchObject({ version, appVersion: version });
  });

  it('has a README that is that of its values, with a word on each, and the dashboards of the stack', () => {
    const checked = spawnSync(process.execPath, [join(ROOT, 'scripts', 'chart-readme.mjs'), '--check']);
    expect(checked.stderr.toString()).toBe('');
    const rows = read('README.md').match(/^\| `.*$/gm) ?? [];
    expect(rows.filter((row) => /\| +\|$/.test(row) && !row.includes('`probes.'))).toEqual([]);
  });

  it('has a schema with every value, and no others', () => {
    const missing: string[] = [];
    const compare = (values: Json, schema: Json, path: string): void => {
      if (schema.properties === undefined) return;
      expect([path, schema.additionalProperties]).toEqual([path, false]);
      const properties = schema.properties as Record<string, Json>;
      for (const [name, value] of Object.entries(values)) {
        const inner = properties[name];
        if (inner === undefined) missing.push(`${path}${name}`);
        else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          compare(value as Json, inner, `${path}${name}.`);
        }
      }
    };
    compare(parse(read('values.yaml')) as Json, JSON.parse(read('values.schema.json')) as Json, '');
    expect(missing).toEqual([]);
  });
});

describeWithHelm('helm', () => {
  it.each(VALUE_SETS)('has nothing to say against %s', (values) => {
    const { status, stdout } = run('helm', ['lint', '--strict', '.', '--values', values]);
    expect([status, stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')]);
  });

  describe.each(VALUE_SETS)('with %s makes what', (values) => {
    let text = '';
    let all: Manifest[] = [];
    beforeAll(() => {
      text = render('--values', values).stdout;
      all = manifests('--values', values);
    });

    it.each(VERSIONS)('Kubernetes %s takes', async (version) => {
      const { status, stdout } = conform(text, version);
      expect([status, stdout]).toEqual([0, expect.stringMatching(/Invalid: 0, Errors: 0/)]);
      const custom = await Promise.all(all.map(validateCustom));
      const [, valid, skipped] = /Valid: (\d+), .*Skipped: (\d+)/.exec(stdout) ?? [];
      expect([Number(valid) + Number(skipped), Number(skipped)]).toEqual([all.length, custom.filter(Boolean).length]);
    });

    it('is of the restricted pod security standard, with bounds and without a token', () => {
      for (const pod of pods(all)) {
        expect(pod).toMatchObject({
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        });
        expect([pod.hostNetwork, pod.hostPID, pod.hostIPC]).toEqual([undefined, undefined, undefined]);
        for (const container of containers(pod)) {
          expect(container).toMatchObject({
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              capabilities: { drop: ['ALL'] },
            },
            resources: { limits: { memory: expect.any(String) } },
          });
        }
        const volumes = (pod.volumes as Json[] | undefined) ?? [];
        expect(volumes.filter((volume) => 'hostPath' in volume)).toEqual([]);
      }
    });

    it('holds no password or key of its own making', () => {
      const secrets = all.filter(({ kind }) => kind === 'Secret');
      for (const secret of secrets) {
        expect(Object.keys({ ...(at(secret, 'stringData') as Json), ...(at(secret, 'data') as Json) })).toEqual([
          'config.json',
        ]);
      }
      expect(text).not.toMatch(/randAlpha|password: \S/i);
    });

    it('gives the gateway more time to end than it takes', () => {
      const spec = at(only(all, 'Deployment'), 'spec.template.spec') as Json;
      const [gateway] = spec.containers as Json[];
      const delay = Number(/--drain-delay=(\S+)/.exec((gateway!.args as string[]).join(' '))?.[1]);
      const sleep = Number(at(gateway, 'lifecycle.preStop.sleep.seconds'));
      expect(Number(spec.terminationGracePeriodSeconds)).toBeGreaterThan(sleep + delay + 20);
      const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map((name) =>
        at(gateway, `${name}.httpGet.path`),
      );
      expect(probes).toEqual(['/health/live', '/health/live', '/health/ready']);
    });
  });

  it('keeps the admin routes inside the pod, unless Prometheus is let in', () => {
    const args = (...values: string[]): unknown[] =>
      at(only(manifests(...values), 'Deployment'), 'spec.template.spec.containers.0.args') as unknown[];
    expect(args('--values', 'ci/minimal.yaml')).toContain('--admin-host=127.0.0.1');
    const all = manifests('--values', 'ci/gateway-api.yaml');
    expect(at(only(all, 'Service'), 'spec.ports')).toMatchObject([{ name: 'http' }]);
    const rules = at(only(all, 'NetworkPolicy'), 'spec.ingress') as Json[];
    expect(rules.find(({ ports }) => JSON.stringify(ports).includes('metrics'))).toMatchObject({
      from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    });
  });

  it('tells the gateway where its Redis is, without the password', () => {
    const secret = only(manifests('--values', 'ci/bundled.yaml'), 'Secret', '-config');
    const { 'config.json': text } = at(secret, 'stringData') as Record<string, string>;
    const { common_mcp_gateway_config: common } = JSON.parse(text!) as Json;
    expect(common).toEqual({
      audit_log: '-',
      enkrypt_mcp_use_external_cache: true,
      enkrypt_cache_host: 'mcp-secure-mcp-gateway-redis',
      enkrypt_cache_port: 6379,
      enkrypt_cache_password: '${env:REDIS_PASSWORD}',
    });
  });

  it.each<[string, string[], string]>([
    ['no config', [], 'There is no config: set config.inline'],
    ['two configs', [...INLINE, '--set', 'config.existingSecret=x'], 'The config comes from one place'],
    ['two gateways without a Redis', [...INLINE, '--set', 'replicaCount=2'], 'More than one gateway needs a Redis'],
    [
      'scaling without a Redis',
      [...INLINE, '--set', 'autoscaling.enabled=true'],
      'More than one gateway needs a Redis',
    ],
    [
      'a Redis without a password',
      [...INLINE, '--set', 'redis.enabled=true'],
      'redis.enabled needs redis.existingSecret',
    ],
    ['a PostgreSQL without one', [...INLINE, '--set', 'postgresql.enabled=true'], 'needs database.existingSecret'],
    [
      'an Ingress without TLS',
      [...INLINE, '--set', 'ingress.enabled=true,ingress.hosts={a.example}'],
      'ingress.tlsSecret',
    ],
    ['metrics for everybody', [...INLINE, '--set', 'metrics.enabled=true'], 'metrics.enabled needs metrics.from'],
    [
      'too little time to end',
      [...INLINE, '--set', 'gateway.terminationGracePeriodSeconds=28'],
      'must be more than 28',
    ],
    ['a config over plain HTTP', ['--set', 'config.remote.url=http://a.example/c'], 'config'],
    ['a misspelt value', [...INLINE, '--set', 'replicaCont=2'], "additional properties 'replicaCont' not allowed"],
  ])('refuses %s in so many words', (_what, args, words) => {
    const { status, stderr } = render(...args);
    expect([status, stderr]).toEqual([1, expect.stringContaining(words)]);
  });
});
