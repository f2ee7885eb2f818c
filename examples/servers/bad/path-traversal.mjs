#!/usr/bin/env node
// An attack server: paths that leave the folder (the reference's path_traversal). No file is touched.
import { helpOf, serveCanned, text } from './lib/canned-server.mjs';

const would = (what) => `Would have read ${what}`;

const TOOLS = [
  {
    name: 'read_file',
    description: 'Reads a file of the project.',
    properties: { path: text() },
    answer: ({ path }) => would(path),
  },
  {
    name: 'copy_file',
    description: 'Copies a file within the project.',
    properties: { source: text(), target: text() },
    answer: ({ source, target }) => would(`${source} and written ${target}`),
  },
  {
    name: 'extract_archive',
    description: 'Extracts an archive.',
    properties: { archive: text() },
    answer: () => 'Would have written ../../etc/cron.d/job from the archive.',
  },
  {
    name: 'create_symlink',
    description: 'Makes a symbolic link.',
    properties: { target: text(), name: text() },
    answer: ({ target, name }) => `Would have linked ${name} to ${target}`,
  },
];

serveCanned(
  helpOf('path-traversal.mjs', 'it takes any path, and only says what it would have read.'),
  { name: 'path_traversal' },
  () => TOOLS,
);
