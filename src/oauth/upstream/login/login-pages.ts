import type { UpstreamOAuth } from '../../../contracts/upstream-oauth.js';
import type { LoginError } from './login-error.js';
import type { LoginTicket } from './login-record.js';
import { escaped, type Page } from './page.js';

/** Asks before anybody is sent anywhere: who follows a link of somebody else would log in for them. */
export function confirmPage(
  { login }: LoginTicket,
  { authorizationUrl }: UpstreamOAuth,
  { user, project }: { readonly user: string; readonly project: string },
): Page {
  const there = new URL(authorizationUrl ?? 'about:blank').host;
  const facts = [
    ['Server', login.server],
    ['Gateway user', user],
    ['Project', project],
    ['You log in at', there],
    ['It may use', login.scopes.length === 0 ? 'what that service gives by default' : login.scopes.join(', ')],
  ] as const;
  const list = facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('');
  return {
    title: `Connect ${login.server}`,
    body: `<h1>Connect “${escaped(login.server)}”</h1>
<p>The gateway asks for access to this server in your name. Tools of this gateway user will act with the account that you log in with.</p>
<dl>${list}</dl>
<form method="post"><button type="submit" autofocus>Continue to ${escaped(there)}</button></form>
<p class="quiet">You did not ask for this, or are not this gateway user? Close the page: nothing happens without your click.</p>`,
  };
}

export function connectedPage(server: string): Page {
  return {
    title: `${server} is connected`,
    body: `<h1 class="good">“${escaped(server)}” is connected</h1>
<p>You can close this page and go on where you were: the next call uses your login.</p>
<p class="quiet">To take it back: <code>secure-mcp-gateway oauth logout ${escaped(server)}</code></p>`,
  };
}

/** For the listener of the command line, which takes the answer to the gateway itself. */
export const carriedPage: Page = {
  title: 'Back to the terminal',
  body: '<h1>Back to the terminal</h1><p>You can close this page: the terminal says how the login went.</p>',
};

export function failedPage({ title, message, remedy }: LoginError): Page {
  return {
    title,
    body: `<h1 class="bad">${escaped(title)}</h1><p>${escaped(message)}</p><p>${escaped(remedy)}</p>`,
  };
}

/**
 * For an address elsewhere that is registered as redirect URI: shows what has to be carried to the terminal. The same for everybody: what
 * it shows is in the address alone, which it sends nowhere.
 */
export const carriedByHandPage: Page = {
  title: 'Carry this over',
  body: `<h1>One more step</h1>
<p>Copy this text into the terminal in which <code>secure-mcp-gateway oauth login</code> waits for it.</p>
<textarea id="answer" readonly aria-label="Answer of the authorization server"></textarea>
<button id="copy" type="button">Copy</button>
<p class="quiet">The text can be used once, within ten minutes, and only by whoever began the login. Give it to nobody else.</p>`,
  script: `
const field = document.getElementById('answer');
const button = document.getElementById('copy');
const query = new URLSearchParams(location.search);
const isAnswer = query.has('state') && (query.has('code') || query.has('error'));
field.value = isAnswer ? location.search.slice(1) : 'There is nothing to carry over in the address of this page.';
history.replaceState(null, '', location.pathname);
button.hidden = !isAnswer;
button.addEventListener('click', async () => {
  field.select();
  try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand('copy'); }
  button.textContent = 'Copied';
});
`,
};
