import { describe, expect, it } from '@jest/globals';
import { pointerTo } from '../../../src/guardrails/json-pointer.js';
import { applyEdits, edit } from '../../../src/guardrails/payload-edit.js';
import { PayloadText } from '../../../src/guardrails/payload-text.js';

function listed(value: Record<string, unknown>): PayloadText {
  const payload = new PayloadText(value, 'upstream_protocol');
  while (!payload.step(3, 50));
  return payload;
}

function textByPath(value: Record<string, unknown>): Record<string, string> {
  const leaves = listed(value).leaves.map(({ text, container, key }) => [pointerTo(container, key, new Map()), text]);
  return Object.fromEntries(leaves) as Record<string, string>;
}

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const PIXEL = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0xff, 0xfe]).toString('base64');

function nested(depth: number): Record<string, unknown> {
  return depth === 1 ? {} : { a: nested(depth - 1) };
}

describe('payload text', () => {
  it('lists every string of a tool result with its path', () => {
    const result = {
      content: [
        { type: 'text', text: 'one', annotations: { note: 'two' } },
        { type: 'resource', resource: { uri: 'file:///x', text: 'three' } },
        { type: 'resource_link', name: 'four', description: 'five', uri: 'six' },
      ],
      structuredContent: { rows: [['seven'], { 'a/b~c': 'eight' }] },
      _meta: { 'x.test/y': 'nine' },
      isError: false,
    };
    expect(textByPath(result)).toEqual({
      '/content/0/type': 'text',
      '/content/0/text': 'one',
      '/content/0/annotations/note': 'two',
      '/content/1/type': 'resource',
      '/content/1/resource/uri': 'file:///x',
      '/content/1/resource/text': 'three',
      '/content/2/type': 'resource_link',
      '/content/2/name': 'four',
      '/content/2/description': 'five',
      '/content/2/uri': 'six',
      '/structuredContent/rows/0/0': 'seven',
      '/structuredContent/rows/1/a~1b~0c': 'eight',
      '/_meta/x.test~1y': 'nine',
    });
  });

  it('lists member names once and counts what it saw', () => {
    const payload = listed({ rows: [{ name: 'a' }, { name: 'bc' }], count: 1 });
    expect([...payload.names.keys()].sort()).toEqual(['count', 'name', 'rows']);
    expect(payload.chars).toBe('rowsnamenamecount'.length + 'abc'.length);
  });

  it('writes long integers out, negative ones too, and leaves short ones and fractions', () => {
    expect(textByPath({ a: 4_111_111_111_111_111, b: 42, c: 1e9 + 0.5, d: -123_456_789 })).toEqual({
      '/a': '4111111111111111',
      '/d': '-123456789',
    });
  });

  it('sees members called __proto__', () => {
    expect(textByPath(JSON.parse('{"__proto__":{"x":"y"}}') as Record<string, unknown>)).toEqual({
      '/__proto__/x': 'y',
    });
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an image', { type: 'image', mimeType: 'image/png', data: PIXEL }, 'media'],
    ['a sound', { type: 'audio', mimeType: 'audio/wav', data: PIXEL }, 'media'],
    ['a media resource', { uri: 'x:y', mimeType: 'video/mp4', blob: PIXEL }, 'media'],
    ['a resource that is no text', { uri: 'x:y', blob: PIXEL }, 'binary'],
  ])('passes over the data of %s and says why', (_, block, reason) => {
    const payload = listed({ block });
    expect(payload.leaves.map(({ text }) => text)).not.toContain(PIXEL);
    expect(
      payload.skipped.map(({ container, key, reason: why }) => [pointerTo(container, key, new Map()), why]),
    ).toEqual([[`/block/${'blob' in block ? 'blob' : 'data'}`, reason]]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['data of a block that is no media', { type: 'text', data: 'aGlkZGVu' }, 'aGlkZGVu'],
    ['data without a type', { data: 'hidden' }, 'hidden'],
    [
      'data of an image that is not base64',
      { type: 'image', mimeType: 'image/png', data: 'call joe@x.io' },
      'call joe@x.io',
    ],
    ['a blob without a uri', { blob: 'hidden' }, 'hidden'],
    ['text in a blob', { uri: 'x:y', mimeType: 'text/plain', blob: base64('hidden') }, 'hidden'],
    ['text in a blob without a type', { uri: 'x:y', blob: base64('hidden \u00e9') }, 'hidden \u00e9'],
    ['an SVG image', { type: 'image', mimeType: 'image/svg+xml', data: base64('<svg/>') }, '<svg/>'],
  ])('does not let a name hide %s', (_, block, text) => {
    const payload = listed({ block });
    expect(payload.leaves.map((leaf) => leaf.text)).toContain(text);
    expect(payload.skipped).toEqual([]);
  });

  it('goes 64 levels deep and refuses the 65th', () => {
    expect(listed(nested(64)).containers).toHaveLength(64);
    expect(() => listed(nested(65))).toThrow(expect.objectContaining({ code: 'upstream_protocol' }));
  });
});

describe('payload edits', () => {
  it('copy what changes and share the rest', () => {
    const value = { keep: { a: 'x' }, list: ['a', { b: 'y' }, ['c']] };
    const payload = listed(value);
    const leaf = payload.leaves.find(({ text }) => text === 'y')!;
    edit(leaf.container, leaf.key, 'new');
    const copy = applyEdits(payload, new Map()) as typeof value;
    expect(copy).toEqual({ keep: { a: 'x' }, list: ['a', { b: 'new' }, ['c']] });
    expect(copy.keep).toBe(value.keep);
    expect(copy.list[2]).toBe(value.list[2]);
    expect(value.list[1]).toEqual({ b: 'y' });
  });

  it('give back the same object when nothing changes', () => {
    const value = { a: ['x'] };
    expect(applyEdits(listed(value), new Map([['other', 'name']]))).toBe(value);
  });

  it('rename members everywhere, in place, but never over another one', () => {
    const value = {
      a: 1,
      old: 2,
      rows: [
        { old: 3, z: 4 },
        { old: 5, new: 6 },
      ],
    };
    const copy = applyEdits(listed(value), new Map([['old', 'new']]));
    expect(JSON.stringify(copy)).toBe('{"a":1,"new":2,"rows":[{"new":3,"z":4},{"old":5,"new":6}]}');
  });

  it('keep __proto__ an ordinary member', () => {
    const value = JSON.parse('{"__proto__":{"polluted":"old"},"b":"old"}') as Record<string, unknown>;
    const payload = listed(value);
    for (const { container, key } of payload.leaves) edit(container, key, 'new');
    const copy = applyEdits(payload, new Map());
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"polluted":"new"},"b":"new"}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
