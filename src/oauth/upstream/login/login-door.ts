import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathOfCallback } from '../../../config/oauth-urls.js';
import { VaultFault } from '../token-vault.js';
import { clearedCookie, cookieFor, cookieIn } from './login-cookie.js';
import { LoginError, overOrUnknown } from './login-error.js';
import { confirmPage, connectedPage, failedPage } from './login-pages.js';
import { CALLBACK_BELOW } from './login-place.js';
import { newSecret } from './login-store.js';
import { sendPage } from './page.js';
import type { UpstreamLogins } from './upstream-logins.js';

const LOGIN_BELOW = '/oauth/login/';
const MAX_URL_CHARS = 8_192;

/**
 * The pages of a login: the link that a person was told, and where the authorization server sends the browser back to. Both are found by
 * a secret in their address alone, so that no other host name can reach them: a page that makes its own name point here knows none.
 */
export class LoginDoor {
  /** @param namesOf how people call a user and a project */
  constructor(
    private readonly logins: UpstreamLogins,
    private readonly namesOf: (
      userId: string,
      projectId: string,
    ) => { readonly user: string; readonly project: string },
  ) {}

  /**
   * @param callback where answers come to; below `/oauth/callback` unless the listener on this machine says otherwise
   * @returns false when there is nothing of it at this path
   */
  serve(req: IncomingMessage, res: ServerResponse, callback?: string): boolean {
    const [path = ''] = (req.url ?? '').split('?', 1);
    const isCallback =
      callback === undefined ? path === pathOfCallback || path.startsWith(CALLBACK_BELOW) : path === callback;
    if (!isCallback && !path.startsWith(LOGIN_BELOW)) return false;
    const work = isCallback ? this.answered(req, res) : this.linked(req, res, path.slice(LOGIN_BELOW.length));
    work.catch((error: unknown) => {
      const shown = shownOf(error);
      if (!res.headersSent) sendPage(res, shown.status, failedPage(shown));
      else res.destroy();
    });
    // A form of one button: nothing of a body is wanted.
    req.resume();
    return true;
  }

  private async linked(req: IncomingMessage, res: ServerResponse, id: string): Promise<void> {
    const { ticket, oauth } = await this.logins.ticket(id);
    if (ticket.outcome.state === 'done') throw overOrUnknown();
    if (req.method === 'GET' || req.method === 'HEAD') {
      const { userId, projectId } = ticket.login.principal;
      sendPage(res, 200, confirmPage(ticket, oauth, this.namesOf(userId, projectId)));
      return;
    }
    if (req.method !== 'POST') {
      res.writeHead(405, { allow: 'GET, HEAD, POST' }).end();
      return;
    }
    refuseForeignForm(req);
    const secret = newSecret();
    const { url, state } = await this.logins.send(id, secret);
    res.writeHead(303, {
      location: url,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'set-cookie': cookieFor(state, secret, isHttps(oauth.redirectUri)),
    });
    res.end();
  }

  private async answered(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'GET') {
      res.writeHead(405, { allow: 'GET' }).end();
      return;
    }
    const url = req.url ?? '/';
    if (url.length > MAX_URL_CHARS || !URL.canParse(url, 'http://gateway')) throw overOrUnknown();
    const at = new URL(url, 'http://gateway');
    const header = req.headers.cookie;
    let used: string | undefined;
    const server = await this.logins.answeredByBrowser(at, (state) => {
      const secret = cookieIn(header, state, true) ?? cookieIn(header, state, false);
      used = state;
      return secret;
    });
    const cleared = used === undefined ? [] : [clearedCookie(used, true), clearedCookie(used, false)];
    sendPage(res, 200, connectedPage(server), cleared);
  }
}

/** Another site cannot press the button (Fetch Metadata; older browsers send an Origin with every form). @throws LoginError */
function refuseForeignForm(req: IncomingMessage): void {
  const site = req.headers['sec-fetch-site'];
  const { origin, host } = req.headers;
  const isOwn = site === undefined ? origin === undefined || hostOf(origin) === host : site === 'same-origin';
  if (isOwn) return;
  throw new LoginError(403, 'Not from this page', 'The button was pressed from another site.', 'Open the link itself.');
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

function isHttps(redirectUri: string | null): boolean {
  return redirectUri?.startsWith('https:') === true;
}

function shownOf(error: unknown): LoginError {
  if (error instanceof LoginError) return error;
  const again = 'Try again in a moment.';
  if (error instanceof VaultFault)
    return new LoginError(503, 'Not now', 'The place for tokens is not reachable.', again);
  return new LoginError(502, 'The login did not succeed', 'Something has failed here.', again);
}
