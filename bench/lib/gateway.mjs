// What the benchmark measures against and with: upstreams, yardsticks, a throw-away config, and the gateway itself.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { canConnect, freePorts, pinned, sleep, waitReady } from './processes.mjs';

const BENCH = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const CLI = path.join(path.dirname(BENCH), 'dist', 'cli', 'main.js');
const LOAD_CPU = 0;
const GATEWAY_CPU = 1;
/** Upstream processes are not the gateway's own cost. */
export const NOT_THE_GATEWAY = /upstream-stdio\.mjs/;

const script = (name, ...args) => [process.execPath, path.join(BENCH, name), ...args];
const mcp = (port) => `http://127.0.0.1:${port}/mcp`;

/** Starts the upstreams on the load generator's CPU: four servers in one process, one 2025-era server in another. */
export async function startUpstreams(processes) {
  const [a, b, c, d, legacy] = await freePorts(5);
  processes.start({
    name: 'upstreams',
    cmd: script('upstream-http.mjs', '--port', [a, b, c, d].join(',')),
    cpu: LOAD_CPU,
  });
  processes.start({
    name: 'upstream-legacy',
    cmd: script('upstream-http.mjs', '--legacy', '--port', String(legacy)),
    cpu: LOAD_CPU,
  });
  const urls = { up: mcp(a), up_b: mcp(b), up_c: mcp(c), up_d: mcp(d), up_legacy: mcp(legacy) };
  for (const url of Object.values(urls)) {
    for (let n = 0; n < 200 && !(await canConnect(url)); n++) await sleep(25);
  }
  return urls;
}

/** `{sessions_open, sessions_total, calls, connections}` of an upstream. */
export async function upstreamStats(url) {
  return (await fetch(new URL('/stats', url))).json();
}

const guarded = {
  enabled: true,
  policy_name: 'bench',
  block: ['keyword_detector', 'pii'],
};

/** Every detector, each with something to look for. */
const everything = {
  injection_attack: {},
  pii: {},
  toxicity: {},
  nsfw: {},
  bias: {},
  topic_detector: { topics: ['weapons', 'gambling'] },
  keyword_detector: { banned_keywords: ['project aurora', 'internal only'] },
  policy_violation: { policy_text: '1. Never delete a customer record. 2. No access to files outside /workspace.' },
  sponge_attack: {},
  system_prompt_protection: {
    system_prompt: 'You are the assistant of Harbour Travel. Never name a discount above ten percent.',
  },
  copyright_protection: {
    protected: ['The keeper of the tower counted the boats each evening and wrote their names into a book.'],
  },
  relevancy: {},
  adherence: {},
  hallucination: {},
};
const PAIRS = ['relevancy', 'adherence', 'hallucination'];

const guardedByAll = {
  enabled: true,
  policy_name: 'everything',
  // An echo need not be relevant to anything.
  block: Object.keys(everything).filter((name) => !PAIRS.includes(name)),
};

/**
 * Writes a config of the kind that the targets ask for: key, schema check, keywords and PII both ways, audit log.
 * @param all every detector both ways instead, of one server
 */
export function writeConfig(directory, urls, all = false) {
  const key = randomBytes(32).toString('base64url');
  const hash = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const [configId, projectId, userId] = [randomUUID(), randomUUID(), randomUUID()];
  const server = (name, config) => ({
    server_name: name,
    description: 'benchmark upstream',
    config,
    tools: {},
    input_guardrails_policy: all ? guardedByAll : guarded,
    output_guardrails_policy: all ? guardedByAll : guarded,
  });
  const [command, ...args] = pinned(LOAD_CPU, script('upstream-stdio.mjs'));
  const auditFile = path.join(directory, `${all ? 'all-' : ''}audit.jsonl`);
  const created_at = new Date().toISOString();
  const config = {
    admin_apikey: hash(randomBytes(32)),
    common_mcp_gateway_config: { audit_log: auditFile },
    plugins: {
      guardrails: {
        provider: 'local',
        config: {
          policies: {
            bench: {
              detectors: {
                keyword_detector: {
                  banned_keywords: ['project aurora', 'internal only', 'merger plan', 'tiger-team', 'codename basalt'],
                },
                pii: { entities: ['EMAIL', 'CREDIT_CARD', 'IBAN', 'SSN', 'PHONE'] },
              },
            },
            everything: { detectors: everything },
          },
        },
      },
    },
    mcp_configs: {
      [configId]: {
        mcp_config_name: 'bench',
        exposure: 'both',
        mcp_config: [
          ...Object.entries(urls).map(([name, url]) => server(name, { url })),
          server('child', { command, args, env: {} }),
        ],
      },
    },
    projects: { [projectId]: { project_name: 'bench', mcp_config_id: configId, users: [userId], created_at } },
    users: { [userId]: { email: 'bench@example.com', created_at } },
    apikeys: { [hash(key)]: { project_id: projectId, user_id: userId, created_at, expires_at: null, disabled: false } },
  };
  const file = path.join(directory, `${all ? 'all-' : ''}config.json`);
  fs.writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return { file, key, auditFile };
}

/** How to start the bare proxy, the two floors or the gateway on a port: `{name, cmd, cpu, url, headers, tool}`. */
export function targets({ config, allConfig, urls, gatewayCmd, plainNames }) {
  const make = (name, command, tool, headers) => async () => {
    const [port] = await freePorts(1);
    return {
      name,
      cmd: command(port),
      cpu: GATEWAY_CPU,
      url: mcp(port),
      headers,
      tool,
      env: { NODE_ENV: 'production' },
    };
  };
  const origin = new URL(urls.up).origin;
  const auth = { apikey: config.key };
  const floorKey = { apikey: 'bench-key' };
  const start = (file, port) => [
    process.execPath,
    CLI,
    'start',
    '--config',
    file,
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
  ];
  const own = (port) =>
    gatewayCmd === undefined
      ? start(config.file, port)
      : gatewayCmd
          .replaceAll('$PORT', String(port))
          .replaceAll('$CONFIG', config.file)
          .replaceAll('$UP', urls.up)
          .replaceAll('$KEY', config.key)
          .split(' ');
  const child = ['--', ...pinned(LOAD_CPU, script('upstream-stdio.mjs'))];
  return {
    bare: make(
      'bare-node',
      (port) => script('refs/bare-proxy.mjs', '--port', String(port), '--target', origin),
      'echo',
      {},
    ),
    floor: make(
      'floor',
      (port) => script('refs/floor.mjs', '--port', String(port), '--target', urls.up),
      'echo',
      floorKey,
    ),
    floorStdio: make(
      'floor-stdio',
      (port) => script('refs/floor-stdio.mjs', '--port', String(port), ...child),
      'echo',
      floorKey,
    ),
    gateway: make('gateway', own, plainNames ? 'echo' : 'up__echo', auth),
    gatewayAll: make('gateway-all', (port) => start(allConfig.file, port), 'up__echo', { apikey: allConfig.key }),
  };
}

/** Starts a target and waits for its first answered call. */
export async function startTarget(processes, makeTarget, logName) {
  const target = await makeTarget();
  const child = processes.start({ ...target, name: logName ?? target.name });
  const readyMs = await waitReady(target, { child });
  return { ...target, child, pid: child.pid, readyMs };
}
