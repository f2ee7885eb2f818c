import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { ROOT } from './gateway.js';

const TOOLS = join(ROOT, 'out', 'kube-tools');
const PARTS = ['.helm', '.schemas', '.kubeconform', '.models'];
export const CHART = join(ROOT, 'helm', 'secure-mcp-gateway');
/** The versions of Kubernetes that there are schemas of here; the chart is for both and what lies between. */
export const VERSIONS = ['1.30.0', '1.37.0'];
export const VALUE_SETS = readdirSync(join(CHART, 'ci')).map((name) => join('ci', name));

/** A manifest; its members are looked into and not known. */
export type Manifest = Readonly<Record<string, never>> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
};

/** Left out, and npm test says so, where `node scripts/kube-tools.mjs` was not run; in CI that fails. */
export function describeWithHelm(name: string, body: () => void): void {
  const isThere = PARTS.every((part) => existsSync(join(TOOLS, part)));
  (isThere || process.env.CI !== undefined ? describe : describe.skip)(name, body);
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(tool: 'helm' | 'kubeconform', args: readonly string[], input?: string): Ran {
  const done = spawnSync(join(TOOLS, tool), args, { cwd: CHART, encoding: 'utf8', input, timeout: 60_000 });
  if (done.error !== undefined)
    throw new Error(`${tool} did not run: ${done.error.message}. node scripts/kube-tools.mjs gets it.`);
  return done;
}

/** Rendered for the oldest version, as release `mcp` in namespace `team`. @param args such as --set and --values */
export function render(...args: string[]): Ran {
  return run('helm', ['template', 'mcp', '.', '--namespace', 'team', '--kube-version', VERSIONS[0]!, ...args]);
}

export function manifests(...args: string[]): Manifest[] {
  const { status, stdout, stderr } = render(...args);
  if (status !== 0) throw new Error(stderr);
  // Kubernetes reads YAML 1.1.
  return parseAllDocuments(stdout, { version: '1.1' }).flatMap((document) => {
    const value = document.toJSON() as Manifest | null;
    return value === null ? [] : [value];
  });
}

export function conform(yaml: string, version: string): Ran {
  const schemas = join(TOOLS, 'schemas', '{{.NormalizedKubernetesVersion}}', '{{.ResourceKind}}{{.KindSuffix}}.json');
  const skipped = ['-skip', [...CUSTOM.keys()].join(',')];
  const args = ['-strict', '-summary', '-kubernetes-version', version, '-schema-location', schemas, ...skipped, '-'];
  return run('kubeconform', args, yaml);
}

/** Resources that are not Kubernetes' own: package and path of a validator that was made from their definition. */
const CUSTOM: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['HTTPRoute', ['gateway-api', 'gateway.networking.k8s.io/v1']],
  ['ExternalSecret', ['external-secrets', 'external-secrets.io/v1']],
  ['ServiceMonitor', ['prometheus-operator', 'monitoring.coreos.com/v1']],
]);

/** Null when it is none of them. @throws what is wrong with it */
export async function validateCustom(manifest: Manifest): Promise<boolean> {
  const found = CUSTOM.get(manifest.kind);
  if (found === undefined) return false;
  const [name, path] = found;
  const file = join(TOOLS, 'models', 'node_modules', '@kubernetes-models', name, path, `${manifest.kind}.js`);
  const models = (await import(pathToFileURL(file).href)) as Record<string, new (data: object) => { validate(): void }>;
  const Model = models[manifest.kind]!;
  if (manifest.apiVersion !== path) throw new Error(`${manifest.kind} is of ${manifest.apiVersion}`);
  new Model(manifest).validate();
  return true;
}
