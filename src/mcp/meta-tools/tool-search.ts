import { Injectable } from '@nestjs/common';
import MiniSearch from 'minisearch';
import { ConfigStore } from '../../config/config-store.js';
import type { Principal } from '../../contracts/principal.js';
import type { McpConfig } from '../../contracts/server-entry.js';
import { GatewayError } from '../../errors.js';
import { shownDefinition } from '../catalog/shown-tool.js';
import type { Route } from '../catalog/route.js';
import { Router } from '../router.js';
import { parameterText, tokensOf, wordsOf } from './tool-text.js';

const MAX_LIMIT = 50;
const DEFAULT_LIMIT = 10;
const MAX_QUERY_CHARS = 500;
const MAX_QUERY_WORDS = 32;
/** Shorter words have too many neighbours. */
const MIN_FUZZY_CHARS = 5;

interface IndexedTool {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly parameters: string;
}

/** What is known of one state of a name table. */
interface Indexed {
  readonly tokens: number;
  index?: MiniSearch<IndexedTool>;
}

/** One tool that fits a query: enough to call it at once. */
export interface FoundTool {
  readonly server_name: string;
  readonly tool_name: string;
  /** As tools/list would call it. */
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly input_schema: unknown;
  readonly score: number;
}

/** Finds tools by what they say of themselves (BM25), among those that the caller may use. */
@Injectable()
export class ToolSearch {
  /** A name table is a new object whenever the tools behind it change, so nothing here gets stale. */
  private readonly known = new WeakMap<ReadonlyMap<string, Route>, Indexed>();

  constructor(
    private readonly router: Router,
    private readonly configStore: ConfigStore,
  ) {}

  /** What all definitions together cost a model, in tokens (see tokensOf). */
  costOf(principal: Principal, config: McpConfig): number {
    return this.of(this.router.directTools(principal, config)).tokens;
  }

  /** Whether the list is too long for a model to be given whole. */
  isPreferred(principal: Principal, config: McpConfig): boolean {
    const { tokenBudget } = this.configStore.current().settings.toolSearch;
    return config.view === undefined && this.costOf(principal, config) > tokenBudget;
  }

  /** Whether search then stands in the place of the servers' own tools. */
  get replacesList(): boolean {
    return this.configStore.current().settings.toolSearch.replacesList;
  }

  /** @throws GatewayError arguments_invalid */
  find(
    principal: Principal,
    config: McpConfig,
    { query, limit }: { readonly query: string; readonly limit: number },
  ): { readonly tools: readonly FoundTool[]; readonly matches: number; readonly total: number } {
    if (query.length > MAX_QUERY_CHARS) {
      const text = `arguments/query: must be at most ${String(MAX_QUERY_CHARS)} characters; name what the tool should do`;
      throw new GatewayError('arguments_invalid', text);
    }
    const routes = this.router.directTools(principal, config);
    const indexed = this.of(routes);
    indexed.index ??= indexOf(routes);
    const words = wordsOf(query).slice(0, MAX_QUERY_WORDS).join(' ');
    const found = words === '' ? [] : indexed.index.search(words);
    const tools = found.slice(0, limit).flatMap(({ id, score }) => {
      const route = routes.get(String(id));
      return route === undefined ? [] : [foundTool(String(id), route, score)];
    });
    return { tools, matches: found.length, total: routes.size };
  }

  private of(routes: ReadonlyMap<string, Route>): Indexed {
    let indexed = this.known.get(routes);
    if (indexed === undefined) {
      let tokens = 0;
      for (const { server, tool } of routes.values()) tokens += tokensOf(shownDefinition(server, tool.definition));
      this.known.set(routes, (indexed = { tokens }));
    }
    return indexed;
  }
}

/** 1 to 50; absent = 10. @throws GatewayError arguments_invalid */
export function limitOf(value: unknown): number {
  if (value === undefined || value === null) return DEFAULT_LIMIT;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw new GatewayError('arguments_invalid', `arguments/limit: must be a whole number from 1 to ${String(MAX_LIMIT)}`);
}

function indexOf(routes: ReadonlyMap<string, Route>): MiniSearch<IndexedTool> {
  const index = new MiniSearch<IndexedTool>({
    fields: ['name', 'title', 'description', 'parameters'],
    tokenize: wordsOf,
    searchOptions: {
      boost: { name: 3, title: 2 },
      prefix: true,
      fuzzy: (word) => (word.length < MIN_FUZZY_CHARS ? false : 0.2),
    },
  });
  for (const [id, { server, tool }] of routes) {
    const { name: shown, title = '', description = '', inputSchema } = shownDefinition(server, tool.definition);
    const name = `${server.name} ${shown}`;
    index.add({ id, name, title, description, parameters: parameterText(inputSchema) });
  }
  return index;
}

function foundTool(name: string, { server, tool }: Route, score: number): FoundTool {
  const { name: shown, title, description, inputSchema } = shownDefinition(server, tool.definition);
  return {
    server_name: server.name,
    tool_name: shown,
    name,
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    input_schema: inputSchema,
    score: Math.round(score * 1000) / 1000,
  };
}
