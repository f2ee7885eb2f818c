// What in this repository a table is made of, besides the rows: entries `{ name, sha256 }` that go under its data hash.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Files that make a table, by recipe: how it is trained, what it is trained on, and which ways of reading count. */
const SOURCES = {
  injection: {
    recipe: ['recipes/injection', 'attack-span', 'examples', 'fit', 'metrics', 'rows', 'score', 'table'],
    generators: [
      'attacks-english',
      'attacks-more',
      'benign-english',
      'benign-more',
      'choices',
      'coaxing',
      'injection',
      'languages',
      'languages-more',
    ],
    reads: ['views', 'features'],
  },
  tone: {
    recipe: ['recipes/tone', 'tone-examples', 'examples', 'fit', 'metrics', 'rows', 'table'],
    generators: ['bias', 'grammar', 'nsfw', 'people', 'toxicity'],
    reads: ['tone'],
  },
};

function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(path.join(import.meta.dirname, `${file}.mjs`)));
  return hash.digest('hex');
}

/** @param readings hashes of `reading.mjs`: `{ views, features, tone }` */
export function sourcesOf(name, readings) {
  const { recipe, generators, reads } = SOURCES[name];
  return [
    { name: 'recipe', sha256: hashOf(recipe) },
    { name: 'generators', sha256: hashOf(generators.map((file) => `generators/${file}`)) },
    ...reads.map((reading) => ({ name: reading, sha256: readings[reading] })),
  ];
}

/** SHA-256 (Buffer) over all entries, as a table holds it. */
export function dataHashOf(entries) {
  return createHash('sha256').update(JSON.stringify(entries)).digest();
}
