import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Collector, deadPort } from '../compat/support/listeners.js';
import { sendJson } from '../e2e/upstream-kit.js';
import { Canaries } from './canaries.js';
import { buildConfig, type ServerOptions, type TestConfig, TestGateway } from './gateway.js';
import { RedisServer } from './redis.js';
import { TALKATIVE } from './talkative-server.js';
import { HttpUpstreams } from './upstreams.js';

type Json = Record<string, unknown>;

/** Secrets of every kind, by where they stand. */
function secretsOf(canaries: Canaries) {
  return {
    header: canaries.make('header of a server'),
    query: canaries.make('query of a URL', 'x'),
    variable: canaries.make('variable of a server', '"q\\b/+='),
    argument: canaries.make('argument of a server'),
    provider: canaries.make('key of a provider'),
    moderation: canaries.make('key of the moderation provider', 'z'),
    signing: canaries.make('secret of a webhook'),
    file: canaries.make('content of a secret file'),
    redis: canaries.make('password of Redis', 'x'),
    cacheKey: canaries.make('key of the cache', 'x'.repeat(32)),
    environment: canaries.make('variable of the gateway alone'),
    otlp: canaries.make('headers of the collector', 'x'),
    payload: canaries.make('text of a call', ' in a call'),
    withheld: canaries.make('text of a blocked answer', ' in an answer'),
    prompt: canaries.make('system prompt of a policy', ' is what nobody may be told about the instructions'),
    wrongKey: canaries.make('wrong key of a client', 'x'.repeat(30)),
    wrongAdmin: canaries.make('wrong admin key', 'x'.repeat(30)),
    userinfo: canaries.make('password in a URL', 'x'),
    apiHeader: canaries.make('header set over the API'),
    apiService: canaries.make('service key set over the API', 'x'),
    apiBody: canaries.make('text in a refused body', 'x'),
    oauthClient: canaries.make('secret of an OAuth client'),
    database: canaries.make('password of the database', 'x'),
    accessToken: canaries.make('access token', '.e30.c2lnbmF0dXJl'),
    ...keysOf(canaries),
  } as const;
}

/** Keys that the environment holds, in the form that each has there. */
function keysOf(canaries: Canaries) {
  const vault = randomBytes(32).toString('base64');
  const { privateKey } = generateKeyPairSync('ed25519');
  const checkpoint = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  canaries.know('key of the vault', vault);
  // Before it stands what all such keys begin with.
  canaries.know('key of the checkpoints', checkpoint.split('\n')[1]?.slice(24) ?? '');
  return { vault: `v1:${vault}`, checkpoint };
}

/** Statuses that servers answer with, while they send back what they were sent. */
const STATUSES = [200, 202, 302, 400, 401, 403, 404, 500, 503];

/** What surrounds the gateway: a folder, a real Redis, a collector, and servers and services that tell what they are told. */
export class CanaryWorld {
  readonly canaries = new Canaries();
  readonly secrets = secretsOf(this.canaries);
  readonly folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  /** Where the gateway may put temporary files. */
  readonly temp = join(this.folder, 'tmp');
  private readonly upstreams = new HttpUpstreams();
  private readonly reflecting = reflectingServer();
  private parts: { readonly redis: RedisServer; readonly collector: Collector } | undefined;

  static async open(): Promise<CanaryWorld> {
    const world = new CanaryWorld();
    const { secrets, folder, temp, reflecting } = world;
    mkdirSync(temp);
    writeFileSync(join(folder, 'secret.txt'), `${secrets.file}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'talkative.mjs'), TALKATIVE);
    await new Promise<void>((resolve) => reflecting.listen(0, '127.0.0.1', resolve));
    const redis = await RedisServer.start(['--requirepass', secrets.redis]);
    world.parts = { redis, collector: await Collector.open() };
    return world;
  }

  get redis(): RedisServer {
    if (this.parts === undefined) throw new Error('not open');
    return this.parts.redis;
  }

  get collector(): Collector {
    if (this.parts === undefined) throw new Error('not open');
    return this.parts.collector;
  }

  async start(): Promise<TestGateway> {
    const { secrets, canaries } = this;
    const config = await this.config();
    canaries.know('gateway key', config.keys[0]?.[0]?.key ?? '');
    canaries.know('other gateway key', config.keys[0]?.[1]?.key ?? '');
    canaries.know('admin key', config.adminKey);
    return TestGateway.startWith(config, ['--log-level', 'debug'], () => ({
      REDIS_PASSWORD: secrets.redis,
      ENKRYPT_CACHE_KEY: secrets.cacheKey,
      ENKRYPT_VAULT_KEY: secrets.vault,
      ENKRYPT_AUDIT_SIGNING_KEY: secrets.checkpoint,
      UNRELATED_TOKEN: secrets.environment,
      OTEL_EXPORTER_OTLP_HEADERS: `x-token=${secrets.otlp}`,
      TMPDIR: this.temp,
    }));
  }

  async close(): Promise<void> {
    await this.upstreams.close();
    this.reflecting.closeAllConnections();
    this.reflecting.close();
    await this.parts?.collector.close();
    await this.parts?.redis.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** @returns the config with every secret in its place */
  async config(): Promise<TestConfig> {
    const { secrets, redis, collector } = this;
    const reflect = `http://127.0.0.1:${String((this.reflecting.address() as AddressInfo).port)}`;
    const dead = `http://127.0.0.1:${String(await deadPort())}`;
    const words = { keyword_detector: { banned_keywords: ['badword'] }, pii: {} };
    const built = buildConfig({
      projects: [{ servers: await this.servers(reflect, dead), users: 2 }],
      policies: {
        words: { detectors: { ...words, system_prompt_protection: { system_prompt: secrets.prompt } } },
        moderated: { detectors: {}, remote: [{ provider: 'moderation' }] },
        hooked: { detectors: {}, remote: [{ provider: 'hook' }] },
      },
      common: {
        enkrypt_mcp_use_external_cache: true,
        enkrypt_cache_host: '127.0.0.1',
        enkrypt_cache_port: redis.port,
        enkrypt_cache_password: '${env:REDIS_PASSWORD}',
        timeout_settings: { connectivity_timeout: 1, discovery_timeout: 3, tool_execution_timeout: 5 },
      },
    });
    const plugins = built.json.plugins as { guardrails: { config: Json }; telemetry?: Json };
    const file = `\${file:${join(this.folder, 'secret.txt')}}`;
    plugins.guardrails.config.providers = {
      service: { type: 'enkrypt', base_url: `${reflect}/500`, api_key: secrets.provider },
      gone: { type: 'enkrypt', base_url: dead, api_key: file },
      hook: { type: 'http', base_url: `${reflect}/401`, signing_secret: secrets.signing },
      moderation: { type: 'openai_moderation', base_url: `${reflect}/403`, api_key: secrets.moderation, model: 'm' },
    };
    const url = `http://127.0.0.1:${String(collector.port)}/v1/traces`;
    plugins.telemetry = { provider: 'opentelemetry', config: { enabled: true, url, insecure: true } };
    return built;
  }

  /** A server that wants a token of an authorization server. */
  private withOAuth(name: string, url: string, origin: string): ServerOptions {
    const oauth_config = {
      enabled: true,
      OAUTH_CLIENT_ID: 'gateway',
      OAUTH_CLIENT_SECRET: this.secrets.oauthClient,
      OAUTH_TOKEN_URL: `${origin}/token`,
    };
    return { name, config: { url }, extra: { oauth_config } };
  }

  private async servers(reflect: string, dead: string): Promise<ServerOptions[]> {
    const { secrets, folder } = this;
    const file = `\${file:${join(folder, 'secret.txt')}}`;
    const headers = { Authorization: `Bearer ${secrets.header}`, 'X-From-File': file };
    const env = { API_TOKEN: secrets.variable, WITHHELD: secrets.withheld };
    const talkative = (name: string, args: readonly string[], extra: Json = {}): ServerOptions => ({
      name,
      config: {
        command: process.execPath,
        args: [join(folder, 'talkative.mjs'), '--token', secrets.argument, ...args],
        env,
      },
      extra,
    });
    const remote = (name: string, base: string): ServerOptions => ({
      name,
      config: { url: `${base}?token=${secrets.query}`, headers },
    });
    const asked = (policy_name: string, provider?: string): Json => ({
      enabled: true,
      policy_name,
      block: ['toxicity', 'policy_violation'],
      ...(provider === undefined ? {} : { provider }),
    });
    const words = { enabled: true, policy_name: 'words', block: ['keyword_detector'] };
    return [
      talkative('talkative', [], { input_guardrails_policy: words, output_guardrails_policy: words }),
      talkative('dying', ['--die']),
      remote('http', await this.upstreams.listen()),
      remote('dead', `${dead}/mcp`),
      this.withOAuth('asks_for_tokens', `${reflect}/200`, `${reflect}/401`),
      this.withOAuth('finds_no_tokens', `${reflect}/200`, dead),
      remote('nowhere', 'http://name.invalid/mcp'),
      remote('not_tls', `${reflect.replace('http:', 'https:')}/mcp`),
      ...STATUSES.map((status) => remote(`says_${String(status)}`, `${reflect}/${String(status)}`)),
      talkative('asks_service', [], { input_guardrails_policy: asked('any', 'service') }),
      talkative('asks_gone', [], { input_guardrails_policy: asked('any', 'gone') }),
      talkative('asks_hook', [], { output_guardrails_policy: asked('hooked') }),
      talkative('asks_moderation', [], { input_guardrails_policy: asked('moderated') }),
    ];
  }
}

/** Sends back what it was sent, with the status that its path names. */
function reflectingServer(): Server {
  return createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const status = Number(/\/(\d{3})/.exec(request.url ?? '')?.[1] ?? 500);
      const back = JSON.stringify({
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      });
      const short = encodeURIComponent(back).slice(0, 4_000);
      if (status === 302) response.setHeader('location', `http://127.0.0.1:9/?${short}`);
      if (status === 401) response.setHeader('www-authenticate', `Bearer realm="${short}"`);
      sendJson(response, { error: back, message: back, jsonrpc: back }, status, { 'x-reflected': short });
    });
  });
}
