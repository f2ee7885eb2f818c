import { GatewayError } from '../../errors.js';

type Arguments = Readonly<Record<string, unknown>>;

/** @throws GatewayError arguments_invalid */
export function requiredString(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new GatewayError('arguments_invalid', `arguments/${name}: must be a non-empty string`);
}

/** The text "null" counts as null, as models write it. @throws GatewayError arguments_invalid */
export function optionalString(args: Arguments, name: string): string | null {
  const value = args[name];
  if (value === undefined || value === null || value === '' || value === 'null') return null;
  if (typeof value === 'string') return value;
  throw new GatewayError('arguments_invalid', `arguments/${name}: must be a string or null`);
}

/** @throws GatewayError arguments_invalid */
export function optionalBoolean(args: Arguments, name: string, fallback: boolean): boolean {
  const value = args[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  throw new GatewayError('arguments_invalid', `arguments/${name}: must be true or false`);
}

const NAME_ALIASES = ['name', 'tool_name', 'tool', 'function', 'function_name', 'function_id'] as const;
const ARGUMENT_ALIASES = [
  'args',
  'arguments',
  'tool_arguments',
  'tool_input_arguments',
  'tool_args',
  'tool_input_args',
  'parameters',
  'input',
  'params',
] as const;

/** One item of `tool_calls`, under any of the names that models use for its parts. */
export interface ToolCallItem {
  readonly toolName: string | null;
  readonly args: Readonly<Record<string, unknown>>;
}

/** @throws GatewayError arguments_invalid when the list or an item has the wrong shape */
export function toolCallItems(args: Arguments): ToolCallItem[] {
  const list = args.tool_calls ?? [];
  if (!Array.isArray(list)) throw new GatewayError('arguments_invalid', 'arguments/tool_calls: must be a list');
  return list.map((item: unknown, index) => toolCallItem(item, index));
}

function toolCallItem(item: unknown, index: number): ToolCallItem {
  const at = `arguments/tool_calls/${String(index)}`;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) {
    throw new GatewayError('arguments_invalid', `${at}: must be an object like {"name": "…", "args": {…}}`);
  }
  const record = item as Arguments;
  const name = firstFilled(record, NAME_ALIASES);
  const given = firstFilled(record, ARGUMENT_ALIASES) ?? {};
  if (name !== undefined && typeof name !== 'string') {
    throw new GatewayError('arguments_invalid', `${at}: the tool name must be a string`);
  }
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw new GatewayError('arguments_invalid', `${at}: the arguments must be an object`);
  }
  return { toolName: name ?? null, args: given as Arguments };
}

function firstFilled(record: Arguments, names: readonly string[]): unknown {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (value !== undefined && value !== null && value !== '') return value;
  }
  return undefined;
}
