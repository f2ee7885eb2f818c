import type { Client } from './client-files.js';

/** What a client is called by people. */
export const CLIENT_NAMES: Readonly<Record<Client, string>> = {
  'claude-desktop': 'Claude Desktop',
  'claude-code': 'Claude Code',
  cursor: 'Cursor',
  vscode: 'VS Code',
};

/** How each client takes a changed file over. */
export const RESTART: Readonly<Record<Client, string>> = {
  'claude-desktop': 'Quit Claude Desktop completely (closing its window is not enough) and start it again.',
  'claude-code': 'Start Claude Code anew; /mcp lists the server. A session that is open goes on without the change.',
  cursor: 'Restart Cursor; its MCP settings list the server and may ask you to switch it on.',
  vscode: 'Run "MCP: List Servers" from the command palette, choose the server and start it.',
};

/** Name of the entry unless the user says otherwise. */
export const DEFAULT_NAME = 'secure-mcp-gateway';
