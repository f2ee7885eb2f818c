import { describe, expect, it } from '@jest/globals';
import {
  optionalBoolean,
  optionalString,
  requiredString,
  toolCallItems,
} from '../../../src/mcp/meta-tools/parameters.js';

const NAMES = ['name', 'tool_name', 'tool', 'function', 'function_name', 'function_id'];
const ARGUMENTS = [
  'args',
  'arguments',
  'tool_arguments',
  'tool_input_arguments',
  'tool_args',
  'tool_input_args',
  'parameters',
  'input',
  'params',
];

const item = (value: unknown) => toolCallItems({ tool_calls: [value] })[0];

describe('items of tool_calls', () => {
  it.each(NAMES.flatMap((name) => ARGUMENTS.map((args) => [name, args] as const)))(
    'are read from %s and %s',
    (name, args) => {
      expect(item({ [name]: 'tool', [args]: { a: 1 } })).toEqual({ toolName: 'tool', args: { a: 1 } });
    },
  );

  it('prefer the earlier alias of two', () => {
    for (const [at, earlier] of NAMES.entries()) {
      for (const later of NAMES.slice(at + 1)) {
        expect(item({ [later]: 'later', [earlier]: 'earlier' })).toMatchObject({ toolName: 'earlier' });
      }
    }
    for (const [at, earlier] of ARGUMENTS.entries()) {
      for (const later of ARGUMENTS.slice(at + 1)) {
        expect(item({ [later]: { from: 'later' }, [earlier]: { from: 'earlier' } })).toMatchObject({
          args: { from: 'earlier' },
        });
      }
    }
  });

  it('pass over empty aliases, and are without name or arguments when there is none', () => {
    expect(item({ name: '', tool: 'b', args: null, input: { a: 1 } })).toEqual({ toolName: 'b', args: { a: 1 } });
    expect(item({})).toEqual({ toolName: null, args: {} });
    expect(item({ name: null, args: '' })).toEqual({ toolName: null, args: {} });
  });

  it('take nothing from a prototype', () => {
    expect(item(JSON.parse('{"__proto__":{"name":"evil","args":{"a":1}}}'))).toEqual({ toolName: null, args: {} });
    expect(item(Object.create({ name: 'evil' }))).toEqual({ toolName: null, args: {} });
  });

  it.each([
    ['not a list', 'echo', 'arguments/tool_calls'],
    ['an object', { name: 'echo' }, 'arguments/tool_calls'],
    ['a list of texts', ['echo'], 'arguments/tool_calls/0'],
    ['a list of lists', [[]], 'arguments/tool_calls/0'],
    ['a list with null', [{ name: 'a' }, null], 'arguments/tool_calls/1'],
    ['a name that is a number', [{ name: 1 }], 'arguments/tool_calls/0'],
    ['arguments that are a text', [{ name: 'a', args: '{}' }], 'arguments/tool_calls/0'],
    ['arguments that are a list', [{ name: 'a', args: [] }], 'arguments/tool_calls/0'],
    ['arguments that are false', [{ name: 'a', args: false }], 'arguments/tool_calls/0'],
  ])('are refused by path: %s', (_name, tool_calls, path) => {
    expect(() => toolCallItems({ tool_calls })).toThrow(path);
  });

  it('may be missing altogether', () => {
    expect(toolCallItems({})).toEqual([]);
    expect(toolCallItems({ tool_calls: null })).toEqual([]);
  });
});

describe('parameters', () => {
  it('take the text "null" for null, as models write it', () => {
    for (const value of [undefined, null, '', 'null']) expect(optionalString({ value }, 'value')).toBeNull();
    expect(optionalString({ value: 'x' }, 'value')).toBe('x');
    expect(() => optionalString({ value: 1 }, 'value')).toThrow('arguments/value');
  });

  it('that are required must be texts with something in them', () => {
    expect(requiredString({ value: 'x' }, 'value')).toBe('x');
    for (const value of [undefined, null, '', 1, {}])
      expect(() => requiredString({ value }, 'value')).toThrow('arguments/value');
  });

  it('that are switches take true, false and their default', () => {
    expect(optionalBoolean({}, 'value', true)).toBe(true);
    expect(optionalBoolean({ value: null }, 'value', true)).toBe(true);
    expect(optionalBoolean({ value: false }, 'value', true)).toBe(false);
    expect(() => optionalBoolean({ value: 'false' }, 'value', true)).toThrow('arguments/value');
  });
});
