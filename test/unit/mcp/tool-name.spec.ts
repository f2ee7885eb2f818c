import { describe, expect, it } from '@jest/globals';
import { exposedName, mayBelongTo } from '../../../src/mcp/catalog/tool-name.js';

const CLIENT_SAFE = /^[a-zA-Z0-9_-]{1,64}$/;
const HASHED = /_[0-9a-f]{10}$/;

/** Small linear generator (Numerical Recipes): the same names in every run. */
function randoms(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('the exposed name of a tool', () => {
  it('is server__tool when nothing speaks against it', () => {
    expect(exposedName('echo', 'say-hi_2', ['other'])).toBe('echo__say-hi_2');
  });

  it('may be 64 characters long, and gets a hash beyond that', () => {
    const tool = 'a'.repeat(64 - 's__'.length);
    expect(exposedName('s', tool, [])).toBe(`s__${tool}`);
    const longer = exposedName('s', `${tool}a`, []);
    expect(longer).toMatch(HASHED);
    expect(longer).toHaveLength(64);
    expect(exposedName('s', `${tool}b`, [])).not.toBe(longer);
  });

  it.each([
    ['a dot', 's', 'a.b'],
    ['a slash', 's', 'a/b'],
    ['a space', 'my server', 'tool'],
    ['text beyond ASCII', 's', 'grüße'],
    ['an emoji', 's', '🦀'],
    ['a line break', 's', 'a\nb'],
    ['a NUL', 's', 'a\0b'],
    ['nothing but unsafe characters', '///', '...'],
  ])('is client-safe and hashed for %s', (_what, server, tool) => {
    const name = exposedName(server, tool, []);
    expect(name).toMatch(CLIENT_SAFE);
    expect(name).toMatch(HASHED);
  });

  it('tells names apart that look the same once they are made safe', () => {
    const names = ['a.b', 'a/b', 'a b', 'a_b'].map((tool) => exposedName('s', tool, []));
    expect(new Set(names).size).toBe(4);
    expect(names[3]).toBe('s__a_b');
  });

  it('tells a tool "b__c" of server "a" from a tool "c" of server "a__b"', () => {
    const first = exposedName('a', 'b__c', ['a__b']);
    const second = exposedName('a__b', 'c', ['a']);
    expect(first).toMatch(HASHED);
    expect(second).toMatch(HASHED);
    expect(first).not.toBe(second);
    // Alone, either keeps its plain name.
    expect(exposedName('a', 'b__c', [])).toBe('a__b__c');
  });

  it('follows from the names alone: the same in every process and whatever else is up', () => {
    // Written down: clients keep these names in their own settings.
    expect(exposedName('my server', 'a.b', [])).toBe('my_server__a_b_9528fd57af');
    expect(exposedName('a', 'b__c', ['a__b', 'x'])).toBe(exposedName('a', 'b__c', ['y', 'a__b']));
  });

  it("is unique, safe and recognised as its server's for any mix of names", () => {
    const random = randoms(20261122);
    const alphabet = ['a', 'b', '_', '__', '-', '.', 'é', ' ', '0', 'x'.repeat(20)];
    const word = (): string => Array.from({ length: 1 + random(6) }, () => alphabet[random(alphabet.length)]).join('');
    for (let round = 0; round < 300; round++) {
      const servers = [...new Set(Array.from({ length: 5 }, word))];
      const owners = new Map<string, string>();
      for (const server of servers) {
        const others = servers.filter((other) => other !== server);
        for (const tool of new Set(Array.from({ length: 8 }, word))) {
          const name = exposedName(server, tool, others);
          expect(name).toMatch(CLIENT_SAFE);
          expect(mayBelongTo(name, server)).toBe(true);
          const pair = JSON.stringify([server, tool]);
          expect([owners.get(name) ?? pair, name]).toEqual([pair, name]);
          owners.set(name, pair);
        }
      }
    }
  });
});

describe('the guess whose tool an unknown name is', () => {
  it.each([
    ['echo__say', 'echo', true],
    ['echo_say', 'echo', false],
    ['echoes__say', 'echo', false],
    ['__proto__', 'echo', false],
    ['', 'echo', false],
    ['my_server__x_0123456789', 'my server', true],
  ])('says for %p and server %p: %p', (name, server, expected) => {
    expect(mayBelongTo(name, server)).toBe(expected);
  });
});
