import { AdministrationError } from './administration-error.js';

const MAX_NAME = 128;
/** Printable, without control and format characters, white space only inside: names stand in terminals, logs and URLs. */
const NAME = /^(?!\p{Zs})[^\p{C}\p{Zl}\p{Zp}]+(?<!\p{Zs})$/u;
const MAX_EMAIL = 254;
/** One `@`, a dot in the domain, no white space (RFC 5321 §4.1.2 allows more than anybody uses). */
const EMAIL = /^[^\s@\p{C}]{1,64}@[^\s@.\p{C}]{1,63}(?:\.[^\s@.\p{C}]{1,63}){1,8}$/u;

/** The name itself. @throws AdministrationError `invalid` with the rule */
export function checkName(name: string, what: string): string {
  if (name.length <= MAX_NAME && NAME.test(name)) return name;
  throw new AdministrationError(
    'invalid',
    `The ${what} must be 1 to ${String(MAX_NAME)} visible characters, without control characters and without spaces at its ends.`,
  );
}

/** The address itself. @throws AdministrationError `invalid` */
export function checkEmail(email: string): string {
  if (email.length <= MAX_EMAIL && EMAIL.test(email)) return email;
  throw new AdministrationError('invalid', 'The email must be an address such as name@example.com.');
}
