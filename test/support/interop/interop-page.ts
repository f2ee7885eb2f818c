import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../gateway.js';
import { markdownTable } from '../markdown-table.js';
import { ABILITIES } from './interop-client.js';
import { INTEROP_CLIENTS, type InteropRow } from './interop-clients.js';
import { INTEROP_SERVERS, type InteropServer, serverHas } from './interop-servers.js';

/** What a client does with a server in the test. */
const DEEDS = ['list', 'call', ...ABILITIES] as const;
export type Deed = (typeof DEEDS)[number];

function serverDoes(server: InteropServer, deed: Deed): boolean {
  if (deed === 'list') return true;
  return deed === 'call' ? server.call !== undefined : serverHas(server, deed);
}

function clientDoes({ lacks }: InteropRow, deed: Deed): boolean {
  return deed === 'list' || deed === 'call' || !lacks.includes(deed);
}

/** All that both sides have: the test runs each, and the page says so of these alone. */
export function deedsOf(row: InteropRow, server: InteropServer): readonly Deed[] {
  return DEEDS.filter((deed) => serverDoes(server, deed) && clientDoes(row, deed));
}

function nameAndVersion(name: string, folder: string): string {
  const text = readFileSync(join(ROOT, 'node_modules', folder, 'package.json'), 'utf8');
  return `${name} ${(JSON.parse(text) as { version: string }).version}`;
}

const clientName = (row: InteropRow): string => nameAndVersion(row.name, row.package);
const serverName = (server: InteropServer): string =>
  nameAndVersion(server.package.replace('@modelcontextprotocol/', ''), server.package);

/** The tables of docs/interop.md, columns padded as prettier pads them. */
export function interopTables(): string {
  const what = markdownTable(
    ['client', 'era', ...INTEROP_SERVERS.map(serverName)],
    INTEROP_CLIENTS.map((row) => [
      clientName(row),
      row.era,
      ...INTEROP_SERVERS.map((server) => deedsOf(row, server).join(', ')),
    ]),
  );
  const clients = markdownTable(
    ['client', ...DEEDS],
    INTEROP_CLIENTS.map((row) => [
      clientName(row),
      ...DEEDS.map((deed) => (clientDoes(row, deed) ? 'yes' : 'client has no such API')),
    ]),
  );
  const servers = markdownTable(
    ['server', ...DEEDS],
    INTEROP_SERVERS.map((server) => [
      serverName(server),
      ...DEEDS.map((deed) =>
        serverDoes(server, deed) ? 'yes' : ((deed === 'call' ? server.notCalled : undefined) ?? 'server has none'),
      ),
    ]),
  );
  return ['## What was run\n', what, '## What the clients have\n', clients, '## What the servers have\n', servers].join(
    '\n',
  );
}
