/** Names whose values are secrets as a rule: of headers, environment variables, and `--option` arguments. */
const SECRET_NAME = /auth|token|secret|passw|credential|cookie|api[-_]?key|access[-_]?key|private[-_]?key|signature/i;
/** Beginnings that issuers give to their keys, and the schemes of the header Authorization. */
const SECRET_START = /^(?:bearer |basic |sk-|pk_|rk_|gh[opsu]_|github_pat_|glpat-|xox[abprs]-|AKIA|AIza|eyJ)/i;
const LONG_RANDOM = /^[A-Za-z0-9+/_=.-]{24,}$/;
const REFERENCE = /\$\{(?:env|file):/;

/** Whether a value would better not stand in a file: told from its name, from its beginning, or because it looks random. */
export function looksSecret(name: string, value: string): boolean {
  if (value === '' || REFERENCE.test(value)) return false;
  return SECRET_NAME.test(name) || SECRET_START.test(value) || looksRandom(value);
}

/** Long, one word, with digits and letters of both cases: no path, no host name. */
function looksRandom(value: string): boolean {
  const isMixed = /\d/.test(value) && /[a-z]/.test(value) && /[A-Z]/.test(value);
  return LONG_RANDOM.test(value) && isMixed && !/[/.].*[/.]/.test(value);
}
