import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { Logger } from 'pino';
import { ConfigStore } from '../config/config-store.js';
import type { ListenSettings } from '../config/listen-settings.js';
import { LOGGER } from '../telemetry/logger.js';
import { CallDispatcher } from './call-dispatcher.service.js';
import { CatalogDiscovery } from './catalog/catalog-discovery.service.js';
import { CatalogJudge } from './catalog/catalog-judge.service.js';
import { CatalogRecall } from './catalog/catalog-recall.service.js';
import { CatalogState } from './catalog/catalog-state.js';
import { CatalogService } from './catalog/catalog.service.js';
import { CrossServerCheck } from './catalog/cross-server-check.service.js';
import { DiscoveryRun } from './catalog/discovery-run.service.js';
import { DefinitionCheck } from './catalog/definition-check.service.js';
import { OfferCheck } from './catalog/offer-check.service.js';
import { OfferNews } from './reverse/offer-news.js';
import { Offers } from './catalog/offers.service.js';
import { PinCheck } from './catalog/pin-check.service.js';
import { PinReport } from './catalog/pin-report.service.js';
import { ServerDiscovery } from './catalog/server-discovery.service.js';
import { TimedCache } from './catalog/timed-cache.js';
import { AdmissionLog } from './admission-log.js';
import { Operations } from './deadlines/operations.js';
import { Settlement } from './deadlines/settlement.js';
import { sessionLimitMs } from './deadlines/time-limits.js';
import { GuardedProxy } from './guarded-proxy.js';
import { HostPolicy } from './http/host-policy.js';
import { McpHttpHandler } from './http/mcp-http.handler.js';
import { PostHandler } from './http/post.handler.js';
import { StreamHandler } from './http/stream.handler.js';
import { LoginEnds } from './login-ends.js';
import { McpLifecycle } from './mcp-lifecycle.js';
import { CacheTools } from './meta-tools/cache-tools.js';
import { MetaTools } from './meta-tools/meta-tools.service.js';
import { SecureCall } from './meta-tools/secure-call.js';
import { ServerTools } from './meta-tools/server-tools.js';
import { ServerView } from './meta-tools/server-view.js';
import { ToolSearch } from './meta-tools/tool-search.js';
import { TimeoutTools } from './meta-tools/timeout-tools.js';
import { GatewayVersion, LifecycleMethods } from './methods/lifecycle.method.js';
import { MethodTable } from './methods/method-table.js';
import { OfferMethods } from './methods/offers.method.js';
import { ToolsMethods } from './methods/tools.method.js';
import { OfferChanges } from './offer-changes.js';
import { OfferRouter } from './offer-router.js';
import { LimitedCalls } from './limited-calls.service.js';
import { Discovery } from '../oauth/upstream/discovery/discovery.js';
import { TokenCredentials } from '../oauth/upstream/token-credentials.js';
import { UpstreamTokens } from '../oauth/upstream/upstream-tokens.js';
import { ProxyService } from './proxy.service.js';
import { CallLedger } from './call-ledger.js';
import { Relay } from './relay.js';
import { AskLedger } from './reverse/ask-ledger.service.js';
import { Inboxes } from './reverse/inboxes.service.js';
import { LoggingMethods } from './reverse/logging.method.js';
import { ReverseJudge } from './reverse/reverse-judge.service.js';
import { ReverseNotices } from './reverse/reverse-notices.service.js';
import { RoundStates } from './rounds/round-state.service.js';
import { Rounds } from './rounds/rounds.service.js';
import { SuspendedCalls } from './rounds/suspended-calls.service.js';
import { Router } from './router.js';
import { SharedSessions } from './shared-sessions.service.js';
import { SessionStore } from './sessions/session-store.js';
import { StdioDoor } from './stdio/stdio-door.js';
import { SubscriptionLinks } from './reverse/subscription-links.service.js';
import { ListenMethods } from './methods/listen.method.js';
import { SubscriptionMethods } from './methods/subscriptions.method.js';
import { SubscriptionReach } from './reverse/subscription-reach.service.js';
import { Subscriptions } from './reverse/subscriptions.service.js';
import { ToolChanges } from './tool-changes.js';
import { UpstreamPool } from './upstream/pool.js';

/** Everything that speaks MCP. ProxyService must stay a class provider: see GuardrailsModule. */
@Module({})
export class McpModule {
  /** @param imports modules that offer ConfigStore, UpstreamTokens, Discovery, ConfigService, AuditLog, Metrics, LOGGER, CatalogCache, CallLimits and the checks */
  static register(imports: NonNullable<ModuleMetadata['imports']>): DynamicModule {
    return {
      module: McpModule,
      imports,
      providers: [
        CallDispatcher,
        LimitedCalls,
        CatalogService,
        CatalogDiscovery,
        DiscoveryRun,
        CatalogJudge,
        CatalogRecall,
        CatalogState,
        CrossServerCheck,
        DefinitionCheck,
        OfferCheck,
        Offers,
        OfferChanges,
        OfferNews,
        OfferRouter,
        OfferMethods,
        PinCheck,
        PinReport,
        ServerDiscovery,
        TimedCache,
        McpHttpHandler,
        PostHandler,
        StreamHandler,
        McpLifecycle,
        LoginEnds,
        CacheTools,
        MetaTools,
        SecureCall,
        ServerTools,
        ServerView,
        Settlement,
        TimeoutTools,
        LifecycleMethods,
        MethodTable,
        ToolsMethods,
        Operations,
        ProxyService,
        CallLedger,
        GuardedProxy,
        AdmissionLog,
        AskLedger,
        Inboxes,
        LoggingMethods,
        ReverseJudge,
        ReverseNotices,
        Relay,
        Router,
        Rounds,
        RoundStates,
        SessionStore,
        SharedSessions,
        StdioDoor,
        SubscriptionLinks,
        SubscriptionMethods,
        ListenMethods,
        Subscriptions,
        SubscriptionReach,
        SuspendedCalls,
        ToolChanges,
        ToolSearch,
        { provide: HostPolicy, useFactory: createHostPolicy, inject: [ConfigStore, ConfigService] },
        { provide: GatewayVersion, useFactory: createVersion, inject: [ConfigService] },
        {
          provide: UpstreamPool,
          useFactory: createPool,
          inject: [ConfigStore, ConfigService, LOGGER, UpstreamTokens, Discovery, Inboxes],
        },
      ],
      exports: [McpHttpHandler, McpLifecycle, HostPolicy, StdioDoor, UpstreamPool],
    };
  }
}

function createHostPolicy(store: ConfigStore, config: ConfigService): HostPolicy {
  const { allowedHosts } = config.getOrThrow<ListenSettings>('listen');
  const { settings, inboundOAuth } = store.current();
  // The operator says there under which name clients come.
  const named = [inboundOAuth?.resource, settings.publicUrl].filter((url) => url != null);
  const own = named.map((url) => new URL(url).host);
  return new HostPolicy([...settings.allowedHosts, ...allowedHosts, ...own]);
}

function createVersion(config: ConfigService): GatewayVersion {
  return new GatewayVersion(config.getOrThrow<ListenSettings>('listen').version);
}

function createPool(
  store: ConfigStore,
  config: ConfigService,
  logger: Logger,
  tokens: UpstreamTokens,
  discovery: Discovery,
  inboxes: Inboxes,
): UpstreamPool {
  const { settings } = store.current();
  const { version, childRegistryDir, environment } = config.getOrThrow<ListenSettings>('listen');
  return new UpstreamPool({
    maxSessions: settings.maxUpstreamSessions,
    maxStdioChildren: settings.maxStdioChildren,
    idleMs: settings.upstreamIdleMs,
    baseEnv: environment,
    registryDir: childRegistryDir,
    clientInfo: { name: 'secure-mcp-gateway', version },
    timeouts: {
      connectionMs: () => store.current().settings.timeouts.connectivityMs,
      sessionMs: (server) => sessionLimitMs(store.current().settings.timeouts, server),
    },
    credentials: new TokenCredentials(tokens, discovery),
    inboxes,
    log: logger,
  });
}
