import { Injectable } from '@nestjs/common';
import { GatewayError } from '../../errors.js';
import {
  INSTRUCTIONS,
  LATEST_LEGACY_VERSION,
  LEGACY_VERSIONS,
  META_SERVER_INFO,
  MODERN_VERSIONS,
  SERVER_NAME,
  VIEW_INSTRUCTIONS,
} from '../protocol.js';
import type { ClientRequest } from '../client-request.js';
import type { MethodResult } from '../rpc-response.js';
import { OfferRouter } from '../offer-router.js';
import { ToolsMethods } from './tools.method.js';

/** The package's version, as a class so that Nest can inject it by type. */
export class GatewayVersion {
  constructor(readonly value: string) {}
}

/** Sessions are told of changes, and so are listening clients of the 2026 era. */
const OFFERS: MethodResult = {
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  completions: {},
};

/** initialize, ping and server/discover. */
@Injectable()
export class LifecycleMethods {
  private readonly serverInfo: MethodResult;

  constructor(
    private readonly tools: ToolsMethods,
    private readonly offers: OfferRouter,
    version: GatewayVersion,
  ) {
    this.serverInfo = { name: SERVER_NAME, title: 'Secure MCP Gateway', version: version.value };
  }

  /** Picks the client's revision when it is known, else the newest (2025-11-25, "Version negotiation"). */
  initialize(request: ClientRequest): MethodResult {
    this.tools.warmUp(request);
    return {
      protocolVersion: negotiate(request.params),
      capabilities: { ...logsOf(request), tools: { listChanged: true }, ...this.offersOf(request) },
      serverInfo: this.serverInfo,
      instructions: instructionsOf(request),
    };
  }

  discover(request: ClientRequest): MethodResult {
    this.tools.warmUp(request);
    return {
      supportedVersions: MODERN_VERSIONS,
      capabilities: { tools: { listChanged: true }, ...this.offersOf(request) },
      serverInfo: this.serverInfo,
      instructions: instructionsOf(request),
      _meta: { [META_SERVER_INFO]: this.serverInfo },
      ttlMs: 0,
      cacheScope: 'private',
    };
  }

  /** Whether the servers have any is not waited for: what is declared and empty is an empty list. */
  private offersOf({ config }: ClientRequest): MethodResult {
    return config === null || !this.offers.isOpen(config) ? {} : OFFERS;
  }

  ping(): MethodResult {
    return {};
  }
}

/** Clients that see the meta tools alone are offered what the reference offers them: tools (compatibility contract §1.1). */
function logsOf({ config }: ClientRequest): MethodResult {
  return config === null || config.exposure === 'meta' ? {} : { logging: {} };
}

function instructionsOf({ config }: ClientRequest): string {
  if (config?.view === undefined) return INSTRUCTIONS;
  const description = config.view.virtual?.description;
  return description === undefined ? VIEW_INSTRUCTIONS : `${description}\n\n${VIEW_INSTRUCTIONS}`;
}

/** @throws GatewayError invalid_params */
function negotiate(params: Readonly<Record<string, unknown>>): string {
  const asked = params.protocolVersion;
  if (typeof asked !== 'string') {
    throw new GatewayError('invalid_params', 'initialize needs a protocolVersion, for example "2025-11-25".');
  }
  return LEGACY_VERSIONS.includes(asked) ? asked : LATEST_LEGACY_VERSION;
}
