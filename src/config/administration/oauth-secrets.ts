import { AdministrationError } from './administration-error.js';
import { isObject, type Json, objectOf, quoted } from './document.js';
import { MASK, maskedUrl, REFERENCES_ONLY } from './mask.js';

/** Texts that open something, in an `oauth_config`. */
const SECRETS = ['OAUTH_CLIENT_SECRET', 'OAUTH_STATE', 'OAUTH_CODE_VERIFIER', 'OAUTH_CODE_CHALLENGE'] as const;
/** Objects whose every value may be one. */
const HOLDERS = ['OAUTH_ADDITIONAL_PARAMS', 'OAUTH_CUSTOM_HEADERS'] as const;
const URLS = ['OAUTH_TOKEN_URL', 'OAUTH_AUTHORIZATION_URL', 'OAUTH_REVOCATION_URL'] as const;

/** An `oauth_config` as it may be shown. */
export function maskedOAuth(oauth: unknown): unknown {
  if (!isObject(oauth)) return oauth;
  const shown: Json = { ...oauth };
  for (const name of SECRETS) if (name in shown) shown[name] = masked(shown[name]);
  for (const name of URLS) if (typeof shown[name] === 'string') shown[name] = maskedUrl(shown[name]);
  for (const name of HOLDERS) {
    if (!isObject(shown[name])) continue;
    shown[name] = Object.fromEntries(Object.entries(shown[name]).map(([key, value]) => [key, masked(value)]));
  }
  return shown;
}

/**
 * An `oauth_config` that comes back as it was shown is the stored one again: its values go to no other authorization server.
 * @throws AdministrationError `invalid` when it holds masked values and anything in it is another
 */
export function keptOAuth(sent: unknown, stored: unknown): unknown {
  const text = JSON.stringify(sent);
  if (sent === undefined || !text.includes(MASK)) return sent;
  if (text === JSON.stringify(maskedOAuth(stored))) return structuredClone(stored);
  const name = Object.keys(objectOf(sent)).find((key) => JSON.stringify(objectOf(sent)[key]).includes(MASK)) ?? '';
  throw new AdministrationError(
    'invalid',
    `${quoted(name)} of oauth_config is masked ("${MASK}"), and what is stored is not the same oauth_config. Send the values themselves.`,
  );
}

function masked(value: unknown): unknown {
  const isShown = typeof value !== 'string' || value === '' || REFERENCES_ONLY.test(value);
  return isShown ? value : MASK;
}
