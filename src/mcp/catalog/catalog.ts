import type { Tool } from '@modelcontextprotocol/server';
import type { DefinitionPinning } from '../../contracts/definition-pinning.js';
import type { GuardrailPolicy, ServerEntry } from '../../contracts/server-entry.js';
import type { Verdict } from '../../contracts/verdict.js';
import { GatewayError } from '../../errors.js';
import { type ArgumentCheck, compileArgumentCheck } from './tool-schema.js';

/** A tool as its server defined it, and the check of its arguments, compiled when first needed. */
export class CatalogTool {
  private check: ArgumentCheck | undefined;

  /** @param definition exactly as the upstream sent it */
  constructor(readonly definition: Tool) {}

  get name(): string {
    return this.definition.name;
  }

  /** @param shownAs what the caller calls it @throws GatewayError arguments_invalid (path and rule named), upstream_protocol (schema cannot be compiled) */
  checkArguments(args: unknown, shownAs = this.name): void {
    this.check ??= compileArgumentCheck(this.name, this.definition.inputSchema);
    const problem = this.check(args);
    if (problem !== null) {
      throw new GatewayError(
        'arguments_invalid',
        `The arguments do not fit the input schema of '${shownAs}': ${problem}`,
      );
    }
  }
}

/** A tool whose definition was blocked: neither shown nor callable. */
export interface WithheldTool {
  readonly name: string;
  /** What it is called where it is told of: the name, or a stand-in when the name is blocked itself. */
  readonly shownName: string;
  /** Why; findings name places in the definition, never its text. */
  readonly verdict: Verdict;
  /** Detectors that blocked it, or the rule of pinning. */
  readonly reasons: readonly string[];
  /** What an operator can do about it, where that is more than changing the policy. Holds no text of the definition. */
  readonly remedy?: string;
}

/** Which pins a catalog was held against; `isCurrent` becomes false when somebody decides otherwise. */
export interface PinGeneration {
  readonly policy: DefinitionPinning | null;
  isCurrent: boolean;
}

/** The generation of catalogs that were not held against pins. */
const UNPINNED: PinGeneration = Object.freeze({ policy: null, isCurrent: true });

/** What one server offers one tenant, as last discovered. */
export interface Catalog {
  /** What the server's definition policy lets through. */
  readonly tools: ReadonlyMap<string, CatalogTool>;
  readonly withheld: ReadonlyMap<string, WithheldTool>;
  /** The policy the two above come from; a catalog is of no use under another one. */
  readonly judgedBy: GuardrailPolicy | null;
  readonly pins: PinGeneration;
  /** Every tool, in the server's order. */
  readonly offered: ReadonlyMap<string, CatalogTool>;
  /** What the server says of itself; null when it was not asked, because the definitions come from the cache. */
  readonly about: ServerAbout | null;
  /** Epoch milliseconds. */
  readonly discoveredAt: number;
  readonly expiresAt: number;
}

/** What a server says of itself in its handshake. */
export interface ServerAbout {
  readonly serverInfo: Readonly<Record<string, unknown>>;
  readonly instructions: string | undefined;
}

const NONE_WITHHELD: ReadonlyMap<string, WithheldTool> = new Map();

/** Not judged yet. Keeps definitions untouched; drops only what is no tool (no name, no schema object) or repeats a name. */
export function catalogOf(
  definitions: readonly unknown[],
  discoveredAt: number,
  ttlMs: number,
  about: ServerAbout | null,
): Catalog {
  const tools = new Map<string, CatalogTool>();
  for (const definition of definitions) {
    if (!isTool(definition) || tools.has(definition.name)) continue;
    tools.set(definition.name, new CatalogTool(definition));
  }
  return {
    tools,
    withheld: NONE_WITHHELD,
    judgedBy: null,
    pins: UNPINNED,
    offered: tools,
    about,
    discoveredAt,
    expiresAt: discoveredAt + ttlMs,
  };
}

/** A catalog shows what a policy and the pins let through, so it is of no use under others. */
export function isJudged({ judgedBy, pins }: Catalog, server: ServerEntry): boolean {
  return judgedBy === server.definitionPolicy && pins.policy === server.pinning && pins.isCurrent;
}

function isTool(value: unknown): value is Tool {
  if (typeof value !== 'object' || value === null) return false;
  const { name, inputSchema } = value as { name?: unknown; inputSchema?: unknown };
  return typeof name === 'string' && name !== '' && typeof inputSchema === 'object' && inputSchema !== null;
}
