import { AdministrationError } from '../../config/administration/administration-error.js';

/** The one reference that was given. @throws AdministrationError `invalid` unless it is exactly one */
export function oneOf(references: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.values(references).filter((reference) => typeof reference === 'string');
  const [first] = given;
  if (first !== undefined && given.length === 1) return first;
  throw new AdministrationError('invalid', `Send one of ${Object.keys(references).join(' and ')}.`);
}
