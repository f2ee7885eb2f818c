import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { schemaKeys } from './schema-keys.js';

const DOC = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');

/** Keys named in the first column of the tables below "Reference"; a heading in code font is the object that a table describes. */
function documentedKeys(): string[] {
  const keys: string[] = [];
  let object: string | null = null;
  let inKeyTable = false;
  for (const line of DOC.slice(DOC.indexOf('\n## Reference'), DOC.indexOf('\n## Older forms')).split('\n')) {
    const heading = /^### (?:`([^`]+)`|Top level)$/.exec(line);
    if (heading !== null) object = heading[1] ?? '';
    if (!line.startsWith('|')) inKeyTable = false;
    else if (/^\| key +\|/.test(line)) inKeyTable = true;
    else if (inKeyTable && object !== null && !/^\|[ :-]+\|/.test(line)) {
      const cell = line.split('|')[1] ?? '';
      for (const [, key = ''] of cell.matchAll(/`([^`]+)`/g)) keys.push(object === '' ? key : `${object}.${key}`);
    }
  }
  return keys.sort();
}

describe('docs/configuration.md', () => {
  it('names every key of the schema once, and no other', () => {
    const keys = schemaKeys();
    expect(keys.length).toBeGreaterThan(100);
    expect(documentedKeys()).toEqual(keys);
  });

  it('says in each heading an object that exists', () => {
    const parents = new Set(schemaKeys().map((key) => key.slice(0, Math.max(0, key.lastIndexOf('.')))));
    const headings = [...DOC.matchAll(/^### `([^`]+)`$/gm)].map((match) => match[1] ?? '');
    expect(headings.filter((heading) => !parents.has(heading))).toEqual([]);
  });
});
