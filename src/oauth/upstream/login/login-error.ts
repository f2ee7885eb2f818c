/** A login that did not happen: for the page and for the terminal. Holds nothing that the other side wrote, and nothing secret. */
export class LoginError extends Error {
  /** @param remedy what to do, as a sentence */
  constructor(
    readonly status: 400 | 403 | 404 | 409 | 502 | 503,
    readonly title: string,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'LoginError';
  }
}

const AGAIN = 'Call the tool again and open the new link.';

export function overOrUnknown(): LoginError {
  return new LoginError(
    404,
    'This link is over',
    'It was used already, is older than ten minutes, or never was.',
    AGAIN,
  );
}

export function otherBrowser(): LoginError {
  const what = 'The login was begun in another browser, or its cookie is gone.';
  return new LoginError(403, 'Not this browser', what, 'Open the link again in the browser in which you log in.');
}

export function configChanged(server: string): LoginError {
  const what = `The settings of the server "${server}" have changed, or you may not use it any more.`;
  return new LoginError(409, 'The settings have changed', what, AGAIN);
}

export function tooManyAttempts(): LoginError {
  return new LoginError(409, 'Too many attempts', 'This link was used for too many attempts to log in.', AGAIN);
}

export function refusedThere(what: string, remedy: string = AGAIN): LoginError {
  return new LoginError(400, 'The login did not succeed', what, remedy);
}
