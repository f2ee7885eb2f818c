import { Injectable } from '@nestjs/common';
import { hasInView, hasOwnNames, isInView, serverNames } from '../config/config-view.js';
import { offersOpen } from '../config/tool-permission.js';
import type { McpConfig, ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';
import type { Offer, OfferKind, OfferList } from './catalog/offer.js';
import { Offers } from './catalog/offers.service.js';
import { exposedName, mayBelongTo } from './catalog/tool-name.js';
import { fitsTemplate } from './catalog/uri-template.js';
import type { ClientRequest } from './client-request.js';
import { Router } from './router.js';

/** How long a list waits for one of several servers. */
const PATIENCE_MS = 3_000;

/** An offer, and whose it is. */
export interface Offered {
  readonly server: ServerEntry;
  readonly offer: Offer;
  /** The name of a prompt as clients see it; the id of everything else. */
  readonly shownAs: string;
}

/** Whose a URI is, and what records call it. */
interface Located {
  readonly server: ServerEntry;
  /** The URI or template that the server lists: what a caller has put into a template is an argument, and stays out of records. */
  readonly name: string;
}

/** Records call so what is on no list. */
const UNLISTED = '{unlisted}';

type Asked = Pick<ClientRequest, 'principal' | 'scope'>;

/** Name or URI -> server, for what this principal may reach. Listing and using both go through here, so they always agree. */
@Injectable()
export class OfferRouter {
  constructor(
    private readonly offers: Offers,
    private readonly router: Router,
  ) {}

  /** Whether there can be prompts and resources at all. */
  isOpen(config: McpConfig): boolean {
    return config.exposure !== 'meta' && openServers(config).length > 0;
  }

  /**
   * Everything of a kind, in the order of the config. A URI that several servers offer is the first one's.
   * @throws GatewayError of a config with one server, what went wrong with it; of several, those that fail are left out
   */
  async list(request: Asked, config: McpConfig, kind: OfferKind): Promise<readonly Offered[]> {
    const names = serverNames(config);
    const seen = new Set<string>();
    const listed: Offered[] = [];
    for (const { server, list } of await this.lists(request, config, kind)) {
      for (const offer of list.shown.values()) {
        const shownAs = kind === 'prompt' ? promptName(config, server, offer.id, names) : offer.id;
        if (seen.has(shownAs)) continue;
        seen.add(shownAs);
        listed.push({ server, offer, shownAs });
      }
    }
    return listed;
  }

  /** @throws GatewayError invalid_params, and why the one server that could have it cannot be asked */
  async prompt(request: Asked, config: McpConfig, name: string): Promise<Offered> {
    const names = serverNames(config);
    for (const server of openServers(config, 'prompt')) {
      if (!hasOwnNames(config) && !mayBelongTo(name, server.name)) continue;
      const { shown } = await this.listOf(request, config, server, 'prompt');
      for (const offer of shown.values()) {
        if (promptName(config, server, offer.id, names) === name) return { server, offer, shownAs: name };
      }
    }
    throw new GatewayError(
      'invalid_params',
      `Unknown prompt: '${name}'. prompts/list has those that this key may get.`,
    );
  }

  /**
   * The server that has a resource: the first that lists it, else the one whose template fits, else the one whose tool shows it.
   * @throws GatewayError invalid_params when nobody has it, or the templates of several fit
   */
  async resource(request: Asked, config: McpConfig, uri: string): Promise<Located> {
    const listed = await this.lists(request, config, 'resource');
    const owner = listed.find(({ list }) => list.shown.has(uri));
    if (owner !== undefined) return { server: owner.server, name: uri };
    const templates = await this.lists(request, config, 'template');
    const fitting = templates.flatMap(({ server, list }) => {
      const name = firstFit(list.shown.keys(), uri);
      return name === undefined ? [] : [{ server, name }];
    });
    const [only, ...others] = fitting;
    if (others.length > 0) throw ambiguous(fitting.map(({ server }) => server));
    if (only !== undefined) return only;
    const shower = this.ownerOfView(request, config, uri);
    if (shower !== undefined) return { server: shower, name: uri };
    // The one server knows what it has; what is withheld of it is not to be had at all.
    const isWithheld =
      listed.some(({ list }) => list.withheld.has(uri)) ||
      templates.some(({ list }) => firstFit(list.withheld, uri) !== undefined);
    const [single] = openServers(config, 'resource');
    if (!hasOwnNames(config) || single === undefined || isWithheld) throw unknownResource();
    return { server: single, name: UNLISTED };
  }

  /** The server of a template or resource that an argument is completed for. @throws as resource */
  async template(request: Asked, config: McpConfig, uri: string): Promise<Located> {
    for (const { server, list } of await this.lists(request, config, 'template')) {
      if (list.shown.has(uri)) return { server, name: uri };
    }
    return this.resource(request, config, uri);
  }

  /** MCP Apps: a tool names the page that shows its result, which need not be in a list. */
  private ownerOfView({ principal }: Asked, config: McpConfig, uri: string): ServerEntry | undefined {
    for (const { server, tool } of this.router.directTools(principal, config).values()) {
      if (!offersOpen(server)) continue;
      const meta = tool.definition._meta as { ui?: { resourceUri?: unknown }; 'ui/resourceUri'?: unknown } | undefined;
      if (meta?.ui?.resourceUri === uri || meta?.['ui/resourceUri'] === uri) return server;
    }
    return undefined;
  }

  private async lists(
    request: Asked,
    config: McpConfig,
    kind: OfferKind,
  ): Promise<readonly { readonly server: ServerEntry; readonly list: OfferList }[]> {
    const servers = openServers(config, kind);
    const [single, ...others] = servers;
    const ask = (server: ServerEntry) => this.listOf(request, config, server, kind);
    if (single !== undefined && others.length === 0) return [{ server: single, list: await ask(single) }];
    const found = await Promise.all(
      servers.map(async (server) => ({ server, list: await patiently(ask(server)).catch(() => undefined) })),
    );
    return found.flatMap(({ server, list }) => (list === undefined ? [] : [{ server, list }]));
  }

  /** What the endpoint shows of what a server offers. */
  private async listOf(
    { principal, scope }: Asked,
    config: McpConfig,
    server: ServerEntry,
    kind: OfferKind,
  ): Promise<OfferList> {
    const list = await this.offers.of(principal, server, kind, scope.signal);
    if (config.view === undefined || hasOwnNames(config)) return list;
    const shown = [...list.shown].filter(([id]) => isInView(config, server, partOf(kind), id));
    return { ...list, shown: new Map(shown) };
  }
}

function firstFit(templates: Iterable<string>, uri: string): string | undefined {
  for (const template of templates) if (fitsTemplate(template, uri)) return template;
  return undefined;
}

function ambiguous(servers: readonly ServerEntry[]): GatewayError {
  const names = servers.map(({ name }) => name).join(', ');
  const remedy = 'Read it at the endpoint of the server that is meant: /mcp/servers/{name}.';
  return new GatewayError('invalid_params', `Several servers have a template for this URI: ${names}. ${remedy}`);
}

/** Undefined when it takes too long; listing goes on beside. */
async function patiently(list: Promise<OfferList>): Promise<OfferList | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, PATIENCE_MS);
  });
  return Promise.race([list, patience]).finally(() => {
    clearTimeout(timer);
  });
}

/** @param kind that the endpoint shows something of; undefined = also servers whose tools alone it shows, for the pages of those */
function openServers(config: McpConfig, kind?: OfferKind): readonly ServerEntry[] {
  const servers = [...config.servers.values()].filter(offersOpen);
  return kind === undefined ? servers : servers.filter((server) => hasInView(config, server, partOf(kind)));
}

function partOf(kind: OfferKind): 'prompts' | 'resources' {
  return kind === 'prompt' ? 'prompts' : 'resources';
}

function promptName(config: McpConfig, server: ServerEntry, prompt: string, names: readonly string[]): string {
  if (hasOwnNames(config)) return prompt;
  return exposedName(
    server.name,
    prompt,
    names.filter((name) => name !== server.name),
  );
}

function unknownResource(): GatewayError {
  return new GatewayError('invalid_params', 'Resource not found. resources/list and its templates say what there is.');
}
