import { hash } from 'node:crypto';
import { LOGIN_LIFE_MS } from './login-record.js';

const MAX_COOKIE_CHARS = 8_192;

/** The cookie that binds a state to the browser that was sent out with it. Several logins may be under way in one browser. */
export function cookieFor(state: string, secret: string, isHttps: boolean): string {
  const secure = isHttps ? '; Secure' : '';
  const life = String(LOGIN_LIFE_MS / 1000);
  // Lax: the answer comes from another site, by a link that is followed.
  return `${nameFor(state, isHttps)}=${secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${life}${secure}`;
}

export function clearedCookie(state: string, isHttps: boolean): string {
  return `${nameFor(state, isHttps)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${isHttps ? '; Secure' : ''}`;
}

export function cookieIn(header: string | undefined, state: string, isHttps: boolean): string | undefined {
  if (header === undefined || header.length > MAX_COOKIE_CHARS) return undefined;
  const start = `${nameFor(state, isHttps)}=`;
  const found = header.split(/; ?/).filter((pair) => pair.startsWith(start));
  return found.length === 1 ? found[0]?.slice(start.length) : undefined;
}

/** `__Host-`: no other host, no subdomain and no plain connection can set it (RFC 6265bis 4.1.3.2). */
function nameFor(state: string, isHttps: boolean): string {
  return `${isHttps ? '__Host-' : ''}mcp-login-${hash('sha256', state, 'hex').slice(0, 16)}`;
}
