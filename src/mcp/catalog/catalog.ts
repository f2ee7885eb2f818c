import type { Tool } from '@modelcontextprotocol/server';
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

  /** @throws GatewayError arguments_invalid (path and rule named), upstream_protocol (schema cannot be compiled) */
  checkArguments(args: unknown): void {
    this.check ??= compileArgumentCheck(this.name, this.definition.inputSchema);
    const problem = this.check(args);
    if (problem !== null) {
      throw new GatewayError(
        'arguments_invalid',
        `The arguments do not fit the input schema of '${this.name}': ${problem}`,
      );
    }
  }
}

/** What one server offers one tenant, as last discovered. */
export interface Catalog {
  readonly tools: ReadonlyMap<string, CatalogTool>;
  /** Epoch milliseconds. */
  readonly discoveredAt: number;
  readonly expiresAt: number;
}

/** Keeps definitions untouched; drops only what is no tool (no name, no schema object) or repeats a name. */
export function catalogOf(definitions: readonly unknown[], discoveredAt: number, ttlMs: number): Catalog {
  const tools = new Map<string, CatalogTool>();
  for (const definition of definitions) {
    if (!isTool(definition) || tools.has(definition.name)) continue;
    tools.set(definition.name, new CatalogTool(definition));
  }
  return { tools, discoveredAt, expiresAt: discoveredAt + ttlMs };
}

function isTool(value: unknown): value is Tool {
  if (typeof value !== 'object' || value === null) return false;
  const { name, inputSchema } = value as { name?: unknown; inputSchema?: unknown };
  return typeof name === 'string' && name !== '' && typeof inputSchema === 'object' && inputSchema !== null;
}
