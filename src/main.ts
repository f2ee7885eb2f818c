import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { prepareExpress } from './admin/express-edge.js';
import { RequestAudit } from './admin/request-audit.js';
import { ApiDocument } from './admin/api-docs/api-document.js';
import { AppModule, type AppParts } from './app.module.js';
import { auditCopyPlaces, auditSettings } from './config/audit-signing.js';
import { readBuildInfo } from './config/build-info.js';
import { openConfigStore } from './config/open-config-store.js';
import type { ConfigProblem } from './config/problem.js';
import type { StartOptions, StdioOptions } from './config/start-options.js';
import { GatewayHttpAdapter } from './gateway-http-adapter.js';
import { ReadinessState } from './health/readiness.js';
import { UpstreamStatusSource } from './health/upstream-status.js';
import { AdmissionLog } from './mcp/admission-log.js';
import { HostPolicy } from './mcp/http/host-policy.js';
import { McpHttpHandler } from './mcp/http/mcp-http.handler.js';
import { McpLifecycle } from './mcp/mcp-lifecycle.js';
import { SessionStore } from './mcp/sessions/session-store.js';
import { StdioDoor } from './mcp/stdio/stdio-door.js';
import { ClientMetadataDoor } from './oauth/upstream/discovery/client-metadata-door.js';
import { GatewayAddress } from './oauth/upstream/discovery/gateway-address.js';
import { LoginApi } from './oauth/upstream/login/login-api.js';
import { LoginDoor } from './oauth/upstream/login/login-door.js';
import { ProtectedResource } from './oauth/inbound/protected-resource.js';
import { noteArrival } from './telemetry/arrival.js';
import { openCopies } from './telemetry/audit-copies.js';
import { AuditLog } from './telemetry/audit-log.js';
import { createLogger, type LogOutput } from './telemetry/logger.js';
import { Metrics } from './telemetry/metrics.js';
import { nestLogger } from './telemetry/nest-logging.js';
import { startOtel } from './telemetry/otel.js';

/** Shutdown that takes longer than this ends hard: a hung upstream must not keep a dead gateway alive. */
const SHUTDOWN_MS = 20_000;
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Runs the HTTP door until SIGTERM or SIGINT. Prints `ready http://…/mcp` on stderr once it serves.
 * @throws ConfigError, or the error of listen (port taken)
 */
export async function startHttp(options: StartOptions): Promise<void> {
  const parts = await openParts(options.configPath, options.logLevel, options.allowedHosts);
  const { logger } = parts.telemetry.log;
  const adapter = new GatewayHttpAdapter(options.adminPort !== null);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.http(parts), adapter, {
    logger: nestLogger(logger),
    abortOnError: false,
    // prepareExpress reads bodies, of those who may send any.
    bodyParser: false,
  });
  prepareExpress(app);
  await app.init();
  app.get(ApiDocument, { strict: false }).describe(app, parts.build.version);
  const handler = app.get(McpHttpHandler);
  const sessions = app.get(SessionStore);
  parts.telemetry.metrics.activeSessions.source = () => sessions.size;
  const upstreams = app.get<UpstreamStatusSource>(UpstreamStatusSource, { strict: false });
  parts.telemetry.metrics.upstreams.source = () => upstreams.list();
  const hosts = app.get(HostPolicy);
  app.get(McpLifecycle).http = handler;
  const audit = app.get(RequestAudit, { strict: false });
  const onForeignHost = audit.foreignHost.bind(audit);
  const admissions = app.get(AdmissionLog, { strict: false });
  adapter.doors = {
    mcp: parts.telemetry.otel.tracer.enabled ? timed(handler) : handler,
    hosts,
    resource: app.get(ProtectedResource),
    logins: app.get(LoginDoor),
    clientMetadata: app.get(ClientMetadataDoor),
    loginApi: app.get(LoginApi),
    denied: admissions.denied.bind(admissions),
    onForeignHost,
  };
  const close = closeOnce(
    async () => {
      app.get(ReadinessState).drain();
      adapter.retire();
      if (options.drainDelayMs > 0) await delay(options.drainDelayMs);
      await app.close();
      parts.store.close();
    },
    parts.telemetry.log,
    SHUTDOWN_MS + options.drainDelayMs,
  );
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close);
  await app.listen(options.port, options.host);
  const { port } = adapter.getHttpServer().address() as AddressInfo;
  hosts.listening(options.host, port);
  app.get(GatewayAddress).listening(options.host, port);
  if (options.adminPort !== null) await listenAdmin(adapter, hosts, options.adminHost, options.adminPort);
  warnAboutExposure(options, parts);
  process.stderr.write(`ready http://${urlHost(options.host)}:${String(port)}/mcp\n`);
}

/** The spans of a call begin when its request was there. */
function timed(handler: McpHttpHandler): Pick<McpHttpHandler, 'handle'> {
  return {
    handle: (req, res) => {
      noteArrival(req);
      handler.handle(req, res);
    },
  };
}

/** Serves one client on stdin and stdout until its end closes. stdout carries JSON-RPC and nothing else. */
export async function startStdio(options: StdioOptions, onServing: () => void): Promise<void> {
  const parts = await openParts(options.configPath, options.logLevel, []);
  const app = await NestFactory.createApplicationContext(AppModule.stdio(parts), {
    logger: nestLogger(parts.telemetry.log.logger),
    abortOnError: false,
  });
  const close = closeOnce(async () => {
    await app.close();
    parts.store.close();
  }, parts.telemetry.log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, close);
  onServing();
  await app.get(StdioDoor).serve(process.stdin, process.stdout, options.credentials);
  close();
}

/** What is made before Nest starts. @throws ConfigError when the file is not usable now */
export async function openParts(
  configPath: string,
  logLevel: string | null,
  allowedHosts: readonly string[],
): Promise<AppParts> {
  const log = createLogger({ level: 'info', destination: 2 });
  const { logger } = log;
  const store = await openConfigStore(configPath, {
    onProblem: ({ problems }) => {
      logger.error(
        { event: 'config_rejected', problems },
        'The config is not usable; the last good one stays in force.',
      );
    },
  });
  const { settings } = store.current();
  logger.level = logLevel ?? settings.logLevel;
  let known = warn(logger, store.current().warnings, new Set());
  store.onChange((snapshot) => {
    if (logLevel === null) logger.level = snapshot.settings.logLevel;
    logger.info({ event: 'config_reloaded', revision: snapshot.revision });
    known = warn(logger, snapshot.warnings, known);
  });
  const build = readBuildInfo();
  const metrics = new Metrics();
  const otelSettings = { ...settings.telemetry, serviceVersion: build.version };
  const otel = await startOtel(otelSettings, metrics, log);
  const { databaseUrl, isSentAsLogs } = auditCopyPlaces(settings);
  const copies = await openCopies({ databaseUrl, otlp: isSentAsLogs ? otelSettings : null }, metrics, logger);
  const audit = new AuditLog(auditSettings(settings), log, copies);
  return {
    store,
    build,
    listen: {
      allowedHosts,
      version: build.version,
      childRegistryDir: join(dirname(configPath), 'children'),
      environment: process.env,
    },
    telemetry: { log, audit, metrics, otel },
  };
}

/** Logs what was not warned of before. @returns everything that there is to warn of now */
function warn(logger: Logger, warnings: readonly ConfigProblem[], known: ReadonlySet<string>): ReadonlySet<string> {
  const now = new Set<string>();
  for (const { path, message } of warnings) {
    const line = `${path}: ${message}`;
    if (!known.has(line)) logger.warn({ event: 'config_warning', path }, message);
    now.add(line);
  }
  return now;
}

async function listenAdmin(adapter: GatewayHttpAdapter, hosts: HostPolicy, host: string, port: number): Promise<void> {
  const server = adapter.adminServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  hosts.listening(host, bound);
  process.stderr.write(`admin http://${urlHost(host)}:${String(bound)}/api/v1\n`);
}

function warnAboutExposure(options: StartOptions, parts: AppParts): void {
  const { adminHost, adminPort } = options;
  if (adminPort !== null && !LOOPBACK.has(adminHost)) {
    const text =
      'The admin routes listen beyond this machine without TLS. Put a TLS-terminating proxy in front of them.';
    parts.telemetry.log.logger.warn({ event: 'admin_exposed', host: adminHost }, text);
  }
  if (LOOPBACK.has(options.host)) return;
  parts.telemetry.log.logger.warn(
    { event: 'exposed', host: options.host },
    'The gateway listens beyond this machine without TLS. Put a TLS-terminating proxy in front of it and name its host with --allowed-host.',
  );
}

/** Ends the process after an orderly close; a second signal or a hang ends it at once. */
function closeOnce(close: () => Promise<void>, log: LogOutput, limitMs = SHUTDOWN_MS): () => void {
  let closing = false;
  return () => {
    if (closing) process.exit(1);
    closing = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.logger.error({ event: 'shutdown_failed', err: error });
        void log.flush().finally(() => process.exit(1));
      },
    );
  };
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
