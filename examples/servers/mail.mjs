#!/usr/bin/env node
// A well-behaved MCP server with a tool that has an effect: it would send mail. The record shows what it was really asked to do.
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { runServer } from './lib/command-line.mjs';
import { serveRecorded } from './lib/recorded-stdio.mjs';

const HELP = `Usage: node mail.mjs [--record FILE]

An MCP server on stdin and stdout with one tool. No mail leaves this machine.

  send {to, text}   says that it sent the text to the address, and repeats both

Options
  --record FILE   write one JSON line {"tool", "arguments"} per tools/call that arrives, before it is answered
  --help          this text

Example
  node examples/servers/mail.mjs --record calls.jsonl
In a gateway config: {"command": "node", "args": ["examples/servers/mail.mjs"]}
`;

function createServer() {
  const server = new McpServer({ name: 'mail', title: 'Mail', version: '1.0.0' });
  server.registerTool(
    'send',
    { description: 'Sends a text by mail.', inputSchema: z.object({ to: z.string(), text: z.string() }) },
    ({ to, text }) => ({ content: [{ type: 'text', text: `Sent to ${to}: ${text}` }] }),
  );
  return server;
}

runServer(HELP, ['record'], ({ record }) => serveRecorded(createServer, record));
