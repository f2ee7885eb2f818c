#!/usr/bin/env node
// `npm run schema`: writes config/gateway.schema.json from the config's schema and the tables of docs/configuration.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { configJsonSchema } from '../dist/config/json-schema.js';

const reference = readFileSync(new URL('../docs/configuration.md', import.meta.url), 'utf8');
const target = new URL('../config/gateway.schema.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(configJsonSchema(reference), null, 2)}\n`);
