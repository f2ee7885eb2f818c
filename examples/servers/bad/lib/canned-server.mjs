// What all the attack servers share: tools that are a definition and a canned answer. Nothing here runs a command, opens a file or a
// connection, or keeps what it is told.
import { Server } from '@modelcontextprotocol/server';
import { runServer } from '../../lib/command-line.mjs';
import { serveRecorded } from '../../lib/recorded-stdio.mjs';

/**
 * @typedef {object} CannedTool
 * @property {string} name
 * @property {string} [title]
 * @property {string} description
 * @property {Record<string, object>} [properties] JSON Schema of each parameter; all are strings and required unless it says otherwise
 * @property {readonly string[]} [required] default: every parameter
 * @property {object} [annotations]
 * @property {object} [outputSchema]
 * @property {object} [_meta]
 * @property {(args: Record<string, unknown>) => string | object} answer a text, or a whole result
 */

/** The definition as it goes over the wire: the SDK's low-level server changes nothing of it. */
function definitionOf({ properties = {}, required = Object.keys(properties), ...tool }) {
  const definition = { ...tool, inputSchema: { type: 'object', properties, required } };
  delete definition.answer;
  return definition;
}

/** A text parameter. */
export const text = (description) => ({ type: 'string', ...(description === undefined ? {} : { description }) });

/**
 * Serves the tools on stdin and stdout.
 * @param {string} help what --help prints
 * @param {{name: string, title?: string, instructions?: string}} about
 * @param {(listings: number) => readonly CannedTool[]} toolsAt the tools of the n-th listing, counted from 1
 */
export function serveCanned(help, { name, title, instructions }, toolsAt) {
  const createServer = () => {
    let listings = 0;
    const server = new Server(
      { name, version: '1.0.0', ...(title === undefined ? {} : { title }) },
      { capabilities: { tools: { listChanged: true } }, ...(instructions === undefined ? {} : { instructions }) },
    );
    server.setRequestHandler('tools/list', () => ({ tools: toolsAt(++listings).map(definitionOf) }));
    server.setRequestHandler('tools/call', ({ params }) => {
      const tool = toolsAt(Math.max(1, listings)).find((one) => one.name === params.name);
      if (tool === undefined) return { content: [{ type: 'text', text: 'There is no such tool.' }], isError: true };
      const answer = tool.answer(params.arguments ?? {});
      return typeof answer === 'string' ? { content: [{ type: 'text', text: answer }] } : answer;
    });
    return server;
  };
  runServer(help, ['record'], ({ record }) => serveRecorded(createServer, record));
}

/** --help of a server without options of its own. */
export const helpOf = (file, what) => `Usage: node ${file} [--record FILE]

An attack server on stdin and stdout: ${what}
Every answer is canned: it runs nothing, reads nothing and connects to nothing.

Options
  --record FILE   write one JSON line {"tool", "arguments"} per tools/call that arrives
  --help          this text
`;
