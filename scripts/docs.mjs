#!/usr/bin/env node
// Writes the documents of the repository as static HTML: node scripts/docs.mjs [--out DIR]. The default folder, site, is emptied first.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { writeSite } from './docs/site.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const { values } = parseArgs({ options: { out: { type: 'string' } } });
const out = path.resolve(values.out ?? path.join(ROOT, 'site'));
if (values.out === undefined) rmSync(out, { recursive: true, force: true });
const { pages } = writeSite(ROOT, out);
console.log(`${pages.length} pages; start with ${path.join(out, 'index.html')}`);
