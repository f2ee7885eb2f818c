/**
 * An MCP server on stdio that tells everything it knows on its stderr: variables, arguments, what it is sent. Tools: `say` returns its
 * `text`, `withheld` the text of its variable WITHHELD, `fail` an error, `die` ends the process.
 */
export const TALKATIVE = `
import { createInterface } from 'node:readline';
const tell = (...words) => process.stderr.write(words.join(' ') + '\\n');
tell('env', JSON.stringify(process.env), 'token=' + process.env.API_TOKEN, encodeURIComponent(process.env.API_TOKEN ?? ''));
tell('argv', JSON.stringify(process.argv));
if (process.argv.includes('--die')) process.exit(3);
const schema = { type: 'object', properties: { text: { type: 'string' } }, required: ['text'], additionalProperties: false };
const tools = ['say', 'withheld', 'fail', 'die'].map((name) => ({ name, description: 'Says it.', inputSchema: schema }));
const content = (text) => ({ content: [{ type: 'text', text }] });
const answers = {
  initialize: () => ({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'talkative', version: '1' } }),
  ping: () => ({}),
  'tools/list': () => ({ tools }),
  'tools/call': ({ name, arguments: args }) => {
    if (name === 'die') process.exit(4);
    if (name === 'fail') throw new Error('failed');
    return content(name === 'withheld' ? process.env.WITHHELD + ' badword' : args.text);
  },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  let message = { error: { code: -32601, message: 'no such method' } };
  try {
    if (answers[method]) message = { result: answers[method](params) };
  } catch (error) {
    message = { error: { code: -32000, message: error.message } };
  }
  process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...message }) + '\\n');
});
`;
