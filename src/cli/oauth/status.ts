import { type CliIo, EXIT } from '../cli-io.js';
import { plainText } from '../plain-text.js';
import { type GatewayOptions, LoginClient, type TokenLine } from './login-client.js';

export interface StatusOptions extends GatewayOptions {
  readonly json?: boolean;
}

/** What each state means to the person, and what to do. */
const WORDS = new Map([
  ['none', 'not used yet'],
  ['valid', 'ready'],
  ['expiring', 'ready, renewed with the next call'],
  ['expired', 'renewed with the next call'],
  ['login_required', 'you have to log in'],
  ['failed', 'failed'],
]);

/** `oauth status`: what the caller's servers have of tokens. */
export async function status(options: StatusOptions, io: CliIo): Promise<number> {
  const client = await LoginClient.open(options, io);
  const tokens = await client.tokens();
  if (options.json === true) io.stdout(`${JSON.stringify({ tokens }, null, 2)}\n`);
  else if (tokens.length === 0) io.stdout('None of your servers needs a token.\n');
  else for (const token of tokens) io.stdout(`${lineOf(token)}\n`);
  return EXIT.ok;
}

function lineOf({ server, state, expires_at: end, scopes, last_error: error }: TokenLine): string {
  const parts = [WORDS.get(state) ?? state];
  if (error !== null) parts.push(error);
  if (end !== null) parts.push(`until ${end}`);
  if (scopes.length > 0) parts.push(`scopes ${scopes.join(' ')}`);
  if (state === 'login_required') parts.push(`secure-mcp-gateway oauth login ${server}`);
  return plainText(`${server}: ${parts.join(', ')}`);
}
