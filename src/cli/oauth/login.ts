import { createInterface } from 'node:readline';
import { GatewayError } from '../../errors.js';
import { LoopbackListener } from '../../oauth/upstream/login/loopback-listener.js';
import { sendPage } from '../../oauth/upstream/login/page.js';
import { carriedPage } from '../../oauth/upstream/login/login-pages.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainText } from '../plain-text.js';
import { showProgress } from '../progress.js';
import { type GatewayOptions, LoginClient } from './login-client.js';
import { openBrowser } from './open-browser.js';

const ASK_EVERY_MS = 500;
const PATIENCE_MS = 10 * 60_000;

export interface LoginOptions extends GatewayOptions {
  readonly browser: boolean;
  readonly manual?: boolean;
}

/** `oauth login`: a person logs in for a server, with the browser of this machine or of another. */
export async function login(server: string, options: LoginOptions, io: CliIo): Promise<number> {
  const client = await LoginClient.open(options, io);
  const line = (await client.tokens()).find((token) => token.server === server);
  if (line === undefined)
    throw new GatewayError('unknown_server', `Your key reaches no server "${server}" with OAuth.`);
  const isCarried = options.manual === true || line.place === 'elsewhere';
  const show = (url: string): void => {
    io.stderr(`Open this address and log in:\n\n  ${url}\n\n`);
    if (options.browser && !isCarried) openBrowser(url);
  };
  if (isCarried) await byHand(client, server, show, io);
  else if (line.place === 'loopback' && !client.isLocal) await byListening(client, server, show, io);
  else await byGateway(client, server, show, io);
  io.stdout(`Logged in: calls of "${plainText(server)}" use your login from now on.\n`);
  return EXIT.ok;
}

/** The browser comes back to the gateway, which is asked until it has the token. */
async function byGateway(client: LoginClient, server: string, show: (url: string) => void, io: CliIo): Promise<void> {
  const { id, url } = await client.begin(server, false);
  if (url === null) throw new GatewayError('internal', 'The gateway has no address for this login.');
  show(url);
  const progress = showProgress(io, () => 'Waiting for the login in the browser');
  const deadline = performance.now() + PATIENCE_MS;
  try {
    for (;;) {
      const { state, message } = await client.outcome(id);
      if (state === 'done') return;
      if (state === 'failed') throw new GatewayError('login_required', message ?? 'The login has failed.');
      if (performance.now() > deadline)
        throw new GatewayError('login_required', 'Nobody logged in within ten minutes.');
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    }
  } finally {
    progress.stop();
  }
}

/** The gateway is elsewhere and the browser comes back to this machine: the answer is carried over. */
async function byListening(client: LoginClient, server: string, show: (url: string) => void, io: CliIo): Promise<void> {
  const begun = await client.begin(server, true);
  let arrived: (answer: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => (arrived = resolve));
  const listener = new LoopbackListener((req, res, callback) => {
    if (callback === '') return false;
    const { search } = new URL(req.url ?? '/', 'http://localhost');
    sendPage(res, 200, carriedPage);
    if (search.includes('state=')) arrived(search.slice(1));
    return true;
  });
  const progress = showProgress(io, () => 'Waiting for the login in the browser');
  try {
    await listener.listen({ redirectUri: begun.redirect_uri }, server);
    show(begun.url ?? '');
    await client.answer(await within(answer));
  } finally {
    progress.stop();
    listener.close();
  }
}

/** The browser ends at a page from which a person carries the answer. */
async function byHand(client: LoginClient, server: string, show: (url: string) => void, io: CliIo): Promise<void> {
  const { url } = await client.begin(server, true);
  show(url ?? '');
  io.stderr('Then paste the address of the page at which the browser ended, or the text that it shows:\n> ');
  const lines = createInterface({ input: process.stdin });
  const answer = new Promise<string>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => {
      resolve('');
    });
  });
  try {
    const text = (await within(answer)).trim();
    if (text === '') throw new GatewayError('login_required', 'Nothing was pasted: nobody is logged in.');
    await client.answer(text);
  } finally {
    lines.close();
  }
}

async function within(answer: Promise<string>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new GatewayError('login_required', 'Nobody logged in within ten minutes.'));
    }, PATIENCE_MS);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}
