#!/usr/bin/env node
// An attack server: arguments that would be executed (the reference's rce). Nothing is evaluated.
import { helpOf, serveCanned, text } from './lib/canned-server.mjs';

const TOOLS = [
  {
    name: 'evaluate_expression',
    description: 'Evaluates an expression.',
    properties: { expression: text() },
    answer: ({ expression }) => `Would have evaluated: ${expression}`,
  },
  {
    name: 'deserialize_object',
    description: 'Restores an object.',
    properties: { data: text('base64') },
    answer: () => 'Would have restored the object.',
  },
  {
    name: 'render_markdown',
    description: 'Renders Markdown.',
    properties: { markdown: text() },
    answer: ({ markdown }) => `<p>${markdown}</p>`,
  },
  {
    name: 'load_yaml_config',
    description: 'Loads YAML.',
    properties: { yaml: text() },
    answer: ({ yaml }) => `Would have loaded: ${yaml}`,
  },
];

serveCanned(helpOf('remote-code.mjs', 'it takes code as arguments, and only shows it.'), { name: 'rce' }, () => TOOLS);
