import { describe, expect, it } from '@jest/globals';
import { parse } from 'jsonc-parser';
import { parseDocument } from '../../../src/cli/clients/json-document.js';
import { appendElement, removeValue, setValue } from '../../../src/cli/clients/json-edit.js';

const FILE = '/home/ada/.cursor/mcp.json';
const ENTRY = { command: 'node', args: ['a'] };

function set(text: string, path: (string | number)[] = ['mcpServers', 'gw'], value: unknown = ENTRY): string {
  return setValue(parseDocument(text, FILE), path, value).text;
}

function remove(text: string, path: (string | number)[] = ['mcpServers', 'gw']): string {
  return removeValue(parseDocument(text, FILE), path).text;
}

/** What comments a text has, in order. */
function comments(text: string): string[] {
  return [...text.matchAll(/\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/g)].map(([comment]) => comment.trimEnd());
}

const INSERTED = `"gw": {
      "command": "node",
      "args": [
        "a"
      ]
    }`;

describe('an entry is put into a file', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', `{\n  "mcpServers": {\n    ${INSERTED}\n  }\n}\n`],
    ['an empty object', '{}\n', `{\n  "mcpServers": {\n    ${INSERTED}\n  }\n}\n`],
    ['an empty section', '{\n  "mcpServers": {}\n}', `{\n  "mcpServers": {\n    ${INSERTED}\n  }\n}`],
    [
      'a file without the section',
      '{\n  "theme": "dark"\n}\n',
      `{\n  "theme": "dark",\n  "mcpServers": {\n    ${INSERTED}\n  }\n}\n`,
    ],
    [
      'a section with another server and comments',
      '{\n  "mcpServers": {\n    // mine\n    "a": { "url": "x" } // keep\n    // end\n  }\n}\n',
      `{\n  "mcpServers": {\n    // mine\n    "a": { "url": "x" }, // keep\n    // end\n    ${INSERTED}\n  }\n}\n`,
    ],
    [
      'a section with a trailing comma',
      '{\n  "mcpServers": {\n    "a": 1, // one\n  },\n}\n',
      `{\n  "mcpServers": {\n    "a": 1, // one\n    ${INSERTED},\n  },\n}\n`,
    ],
    [
      'a section that holds only a comment',
      '{\n  "mcpServers": {\n    // none yet\n  }\n}\n',
      `{\n  "mcpServers": {\n    // none yet\n    ${INSERTED}\n  }\n}\n`,
    ],
    ['one line', '{"a":1,"mcpServers":{"b":{}}}', '{"a":1,"mcpServers":{"b":{},"gw":{"command":"node","args":["a"]}}}'],
    [
      'a section on one line of a longer file',
      '{\n  "mcpServers": { "b": {} }\n}\n',
      '{\n  "mcpServers": { "b": {}, "gw": {"command":"node","args":["a"]} }\n}\n',
    ],
    [
      'the place of an older entry',
      '{\n  "mcpServers": {\n    "gw": { "old": 1 }, // ours\n    "b": 2\n  }\n}\n',
      `{\n  "mcpServers": {\n    ${INSERTED}, // ours\n    "b": 2\n  }\n}\n`,
    ],
  ])('%s', (_what, before, after) => {
    expect(set(before)).toBe(after);
  });

  it('in the indentation and the line ends of the file', () => {
    expect(set('{\r\n\t"mcpServers": {\r\n\t\t"a": 1\r\n\t}\r\n}\r\n')).toBe(
      '{\r\n\t"mcpServers": {\r\n\t\t"a": 1,\r\n\t\t"gw": {\r\n\t\t\t"command": "node",\r\n\t\t\t"args": [\r\n\t\t\t\t"a"\r\n\t\t\t]\r\n\t\t}\r\n\t}\r\n}\r\n',
    );
    expect(set('{\n    "theme": 1\n}\n')).toContain('\n        "gw": {\n            "command": "node",');
  });

  it('behind a comment that fills the whole file', () => {
    const text = '// my servers';
    expect(set(text)).toBe(`// my servers\n{\n  "mcpServers": {\n    ${INSERTED}\n  }\n}\n`);
  });

  it('whose name is that of a member every object inherits', () => {
    expect(parse(set('{}', ['mcpServers', 'constructor']))).toEqual({ mcpServers: { constructor: ENTRY } });
  });

  it('into an array, which is made when there is none', () => {
    const made = appendElement(parseDocument('{\n  "a": 1\n}', FILE), ['hooks', 'stop'], { command: 'x' });
    expect(parse(made.text)).toEqual({ a: 1, hooks: { stop: [{ command: 'x' }] } });
    const more = appendElement(parseDocument('{"hooks":{"stop":[{"command":"y"}]}}', FILE), ['hooks', 'stop'], 2);
    expect(more.text).toBe('{"hooks":{"stop":[{"command":"y"},2]}}');
  });
});

describe('an entry is taken out of a file', () => {
  it.each<[string, string, string]>([
    ['the only one', '{\n  "mcpServers": {\n    "gw": {}\n  }\n}\n', '{\n  "mcpServers": {}\n}\n'],
    [
      'the last one, with the comma before it',
      '{\n  "mcpServers": {\n    "a": 1, // one\n    "gw": {}\n  }\n}\n',
      '{\n  "mcpServers": {\n    "a": 1 // one\n  }\n}\n',
    ],
    [
      'the last one of a file with trailing commas',
      '{\n  "mcpServers": {\n    "a": 1, // one\n    "gw": {},\n  }\n}\n',
      '{\n  "mcpServers": {\n    "a": 1, // one\n  }\n}\n',
    ],
    [
      'the first one, leaving the comment of the next',
      '{\n  "mcpServers": {\n    "gw": {},\n    // the other\n    "b": 2\n  }\n}\n',
      '{\n  "mcpServers": {\n    // the other\n    "b": 2\n  }\n}\n',
    ],
    [
      'one with a comment on its line',
      '{\n  "mcpServers": {\n    "gw": {}, // ours\n    "b": 2\n  }\n}\n',
      '{\n  "mcpServers": {\n    // ours\n    "b": 2\n  }\n}\n',
    ],
    [
      'one behind a line comment with the bracket on its own line',
      '{ "mcpServers": { // all\n "gw": {} } }',
      '{ "mcpServers": { // all\n } }',
    ],
    ['one of one line', '{"mcpServers":{"a":1,"gw":{},"b":2}}', '{"mcpServers":{"a":1,"b":2}}'],
    ['the last of one line', '{"mcpServers":{"a":1, "gw":{} }}', '{"mcpServers":{"a":1 }}'],
    ['the first of one line', '{ "mcpServers": { "gw": {}, "b": 2 } }', '{ "mcpServers": { "b": 2 } }'],
    [
      'one between CRLF lines',
      '{\r\n  "mcpServers": {\r\n    "gw": {},\r\n    "b": 2\r\n  }\r\n}',
      '{\r\n  "mcpServers": {\r\n    "b": 2\r\n  }\r\n}',
    ],
    ['none when there is none', '{\n  // nothing\n}\n', '{\n  // nothing\n}\n'],
  ])('%s', (_what, before, after) => {
    expect(remove(before)).toBe(after);
  });

  it('an element of an array', () => {
    expect(remove('{"h":[1, 2, 3]}', ['h', 1])).toBe('{"h":[1, 3]}');
    expect(remove('{"h":[1, 2, 3]}', ['h', 2])).toBe('{"h":[1, 2]}');
    expect(remove('{"h":[1]}', ['h', 0])).toBe('{"h":[]}');
  });
});

describe('a file that cannot be understood', () => {
  it.each<[string, string, RegExp]>([
    ['broken JSON', '{\n  "a": \n}', /mcp\.json is not valid JSON \(line 3, column 1: ValueExpected\)\. Correct it/],
    ['text after the value', '{} {}', /not valid JSON \(line 1, column 4/],
    ['a list', '[]', /holds an array where an object is needed/],
    ['null', 'null', /holds null where an object/],
    ['an unclosed comment', '/* ', /not valid JSON/],
    ['a bottomless one', '['.repeat(100_000), /nested too deeply/],
  ])('is refused with its place: %s', (_what, text, message) => {
    expect(() => parseDocument(text, FILE)).toThrow(message);
  });

  it('is refused when a member on the way stands there twice', () => {
    expect(() => set('{"mcpServers": {}, "mcpServers": {}}')).toThrow(/has the member "mcpServers" twice/);
    expect(() => set('{"mcpServers": {"gw": 1, "gw": 2}}')).toThrow(/has the member "gw" twice/);
  });
});

it.each([
  '{\n  "mcpServers": {\n    // one\n    "a": { "url": "x" } // two\n    // three\n  },\n  "theme": 1\n}\n',
  '{\r\n\t"mcpServers": {\r\n\t\t"a": 1, /* c */\r\n\t},\r\n}\r\n',
  '{"mcpServers":{"a":{"env":{"K":"v"}}},"b":[1,2]}',
  '{\n  "mcpServers": {}\n}\n',
])('a file is byte for byte what it was after an entry came and went: %j', (before) => {
  expect(remove(set(before))).toBe(before);
});

/** A generator of the same numbers for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** A servers file in some layout, with comments and trailing commas at random. */
function someFile(seed: number): string {
  const pick = numbers(seed);
  const eol = pick(4) === 0 ? '\r\n' : '\n';
  const unit = ['  ', '    ', '\t', ''][pick(4)] ?? '';
  let count = 0;
  const note = (): string => {
    const id = String(count++);
    return ['', '', ` // c${id}${eol}`, ` /* c${id} */`, `${eol}${unit}// d${id}${eol}`][pick(5)] ?? '';
  };
  const gap = (depth: number): string => (pick(3) === 0 ? ' ' : eol + unit.repeat(depth));
  const names = ['a', 'b', 'c'].slice(0, pick(4));
  const members = names.map((name) => `${gap(2)}${note()}"${name}": {"n": ${String(pick(9))}}${note()}`);
  const trailing = members.length > 0 && pick(3) === 0 ? `,${note()}` : '';
  const body = `{${members.join(`,${note()}`)}${trailing}${note()}${gap(1)}}`;
  return `${note()}{${gap(1)}"other": [1, 2],${note()}${gap(1)}"mcpServers": ${body}${note()}${gap(0)}}${eol}`;
}

describe('whatever the layout of a file', () => {
  it('an entry goes in and out again, and neither a value nor a comment is lost', () => {
    for (let seed = 0; seed < 3000; seed++) {
      const before = someFile(seed);
      const value = parse(before) as { mcpServers: Record<string, unknown> };
      const filled = set(before);
      expect(parse(filled)).toEqual({ ...value, mcpServers: { ...value.mcpServers, gw: ENTRY } });
      expect(comments(filled)).toEqual(comments(before));
      const emptied = remove(filled);
      expect(parse(emptied)).toEqual(value);
      expect(comments(emptied)).toEqual(comments(before));
      expect(emptied.replace(/\s/g, '')).toBe(before.replace(/\s/g, ''));
      for (const name of Object.keys(value.mcpServers)) {
        const { [name]: removed, ...rest } = value.mcpServers;
        expect(removed).toBeDefined();
        const without = remove(before, ['mcpServers', name]);
        expect(parse(without)).toEqual({ ...value, mcpServers: rest });
        expect(comments(without)).toEqual(comments(before));
      }
    }
  });
});
