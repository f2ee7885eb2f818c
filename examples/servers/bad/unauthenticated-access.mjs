#!/usr/bin/env node
// An attack server: powerful tools for everybody (the reference's unauthenticated_access). There is no data behind them.
import { helpOf, serveCanned, text } from './lib/canned-server.mjs';

const TOOLS = [
  {
    name: 'read_database',
    description: 'Reads any table.',
    properties: { table: text() },
    answer: () => 'id,name\n1,Ada',
  },
  {
    name: 'delete_records',
    description: 'Deletes records.',
    properties: { table: text() },
    annotations: { destructiveHint: true },
    answer: () => 'Deleted (not really).',
  },
  { name: 'admin_panel', description: 'Opens the administration.', answer: () => 'https://admin.example.invalid/' },
  {
    name: 'execute_command',
    description: 'Executes a command.',
    properties: { command: text() },
    answer: ({ command }) => `Would have run: ${command}`,
  },
];

serveCanned(
  helpOf('unauthenticated-access.mjs', 'anybody may do anything, if there were anything to do.'),
  { name: 'Unrestricted Public MCP Server' },
  () => TOOLS,
);
