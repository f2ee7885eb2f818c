#!/usr/bin/env node
// A bad MCP server: its answer holds text that must not reach the client.
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { runServer } from './lib/command-line.mjs';
import { serveRecorded } from './lib/recorded-stdio.mjs';

const HELP = `Usage: node leaky.mjs [--text TEXT] [--record FILE]

An MCP server on stdin and stdout with one tool, whatever it is asked:

  read_page {path}   returns TEXT as content and as structured content

Options
  --text TEXT     default: "Internal only: Project X ships in May."
  --record FILE   write one JSON line {"tool", "arguments"} per tools/call that arrives, before it is answered
  --help          this text

Example
  node examples/servers/leaky.mjs --text 'Project X ships in May.'
In a gateway config: {"command": "node", "args": ["examples/servers/leaky.mjs"]}
`;

const DEFAULT_TEXT = 'Internal only: Project X ships in May.';

function createServer(text) {
  const server = new McpServer({ name: 'leaky', title: 'Leaky', version: '1.0.0' });
  server.registerTool(
    'read_page',
    {
      description: 'Returns the text of a page.',
      inputSchema: z.object({ path: z.string() }),
      outputSchema: z.object({ page: z.string() }),
      annotations: { readOnlyHint: true },
    },
    () => ({ content: [{ type: 'text', text }], structuredContent: { page: text } }),
  );
  return server;
}

runServer(HELP, ['text', 'record'], ({ text = DEFAULT_TEXT, record }) =>
  serveRecorded(() => createServer(text), record),
);
