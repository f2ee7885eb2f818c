#!/usr/bin/env node
// An attack server: arguments that would end up in a shell (the reference's command_injection).
import { helpOf, serveCanned, text } from './lib/canned-server.mjs';

const would = (command) => `Would have run: ${command}`;

const TOOLS = [
  {
    name: 'ping_host',
    description: 'Pings a host.',
    properties: { host: text('name or address') },
    answer: ({ host }) => would(`ping -c 1 ${host}`),
  },
  {
    name: 'convert_image',
    description: 'Converts an image to another format.',
    properties: { file: text(), format: text() },
    answer: ({ file, format }) => would(`convert ${file} out.${format}`),
  },
  {
    name: 'search_files',
    description: 'Searches files for a pattern.',
    properties: { pattern: text(), folder: text() },
    answer: ({ pattern, folder }) => would(`grep -r ${pattern} ${folder}`),
  },
  {
    name: 'compress_logs',
    description: 'Compresses log files.',
    properties: { name: text() },
    answer: ({ name }) => would(`tar czf ${name}.tgz logs`),
  },
];

serveCanned(
  helpOf('command-injection.mjs', 'it puts arguments into shell commands, which it only shows.'),
  { name: 'command_injection' },
  () => TOOLS,
);
