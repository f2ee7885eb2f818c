import { describe, expect, it } from '@jest/globals';
import { parseConfigText } from '../../../src/config/config-text.js';
import { locateJsonFault } from '../../../src/config/json-fault.js';
import { loadText, sampleConfig } from './sample-config.js';

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['an empty file', '', /is empty/],
  ['only white space', ' \n', /is empty/],
  ['a trailing comma', '{\n  "a": 1,\n}', /not valid JSON at line 3, column 1/],
  ['a missing comma', '{"a": 1\n "b": 2}', /line 2, column 2/],
  ['a missing colon', '{"a" 1}', /line 1, column 6/],
  ['a missing brace', '{"a": [1, 2]', /line 1, column 13/],
  ['a wrong bracket', '{"a": [1, 2}}', /line 1, column 12/],
  ['a comment', '{ // no\n}', /line 1, column 3/],
  ['a bare word', '{"a": yes}', /line 1, column 7/],
  ['a leading zero', '[01]', /line 1, column 3/],
  ['a raw line break in a string', '{"a": "b\nc"}', /line 1, column 7/],
  ['a broken escape', String.raw`{"a": "\x"}`, /line 1, column 7/],
  ['two values', '{} {}', /line 1, column 4/],
  ['a repeated member', '{"a": {"b": 1,\n  "b": 2}}', /repeated at line 2, column 3/],
  ['a member repeated by an escape', String.raw`{"ab": 1, "\u0061b": 2}`, /repeated at line 1, column 11/],
  ['a depth bomb', '['.repeat(100_000), /line 1, column 100001|deeper than 64/],
];

describe('config text', () => {
  it.each(BROKEN)('names the place of %s', (_name, text, message) => {
    const result = parseConfigText(Buffer.from(text, 'utf8'));
    expect('fault' in result && result.fault).toMatch(message);
  });

  it('refuses bytes that are not UTF-8', () => {
    const result = parseConfigText(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));
    expect('fault' in result && result.fault).toMatch(/UTF-8/);
  });

  it('accepts a byte order mark', () => {
    expect(parseConfigText(Buffer.from('\ufeff{"a":1}', 'utf8'))).toEqual({ value: { a: 1 } });
  });

  it('never quotes the text around a fault', () => {
    const result = loadText('{"admin_apikey": "hunter2-very-secret" "b": 1}');
    expect(JSON.stringify(result)).not.toContain('hunter2');
  });

  it('finds no fault in valid JSON with every kind of token', () => {
    const text = JSON.stringify(
      { a: [1, -2.5e3, true, false, null, {}, [], '"\\\n\u007f\u2028é'], b: { c: '' }, config: sampleConfig() },
      null,
      2,
    );
    expect(locateJsonFault(text)).toBeNull();
  });

  it.each([
    ['{"__proto__": {"admin_apikey": "x"}}', '__proto__'],
    ['{"mcp_configs": {"__proto__": {"mcp_config_name": "x"}}}', 'mcp_configs.__proto__'],
    ['{"apikeys": {"__proto__": {"project_id": "x"}}}', 'apikeys.<entry 1>'],
    [
      '{"mcp_configs": {"c": {"mcp_config_name": "n", "mcp_config": [{"server_name": "s", "config": {"command": "c"}, "tools": {"__proto__": "x"}}]}}}',
      'mcp_configs.c.mcp_config[0].tools.__proto__',
    ],
  ])('refuses __proto__ as a name: %s', (text, path) => {
    const result = loadText(text);
    expect(!result.ok && result.problems.map((problem) => problem.path)).toEqual([path]);
    expect(Object.prototype).not.toHaveProperty('admin_apikey');
  });

  it.each(['constructor', 'toString', 'hasOwnProperty'])('treats %s as an ordinary id', (name) => {
    const result = loadText(JSON.stringify({ projects: { [name]: { project_name: 'x', mcp_config_id: 'valueOf' } } }));
    expect(!result.ok && result.problems.map((problem) => problem.path)).toEqual([`projects.${name}.mcp_config_id`]);
  });
});
