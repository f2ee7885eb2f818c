// The same small guardrail set for both floor prototypes: what "run regex guardrails on arguments and results" costs.
const RULES = [
  ['email', /[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+/i],
  ['ssn', /\b\d{3}-\d{2}-\d{4}\b/],
  ['card', /\b(?:\d[ -]?){13,16}\b/],
  ['phone', /\+\d{1,3}[ -]?\(?\d{2,4}\)?[ -]?\d{3,4}[ -]?\d{3,4}\b/],
  ['aws', /\bAKIA[0-9A-Z]{16}\b/],
  ['github', /\bgh[pousr]_[A-Za-z0-9]{36}\b/],
  ['pem', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['jwt', /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{5,}/],
  ['inject', /\b(?:ignore|disregard|forget)\s+(?:all\s+)?(?:previous|prior|above)\s+(?:instructions|prompts|rules)\b/i],
  ['exfil', /\b(?:reveal|print|show)\s+(?:your|the)\s+system\s+prompt\b/i],
  ['traversal', /(?:\.\.[\\/]){2,}/],
  ['shell', /[;&|]\s*(?:rm\s+-rf|curl\s|wget\s|nc\s+-)/],
];
export function scanText(s) {
  for (const [n, re] of RULES) if (re.test(s)) return n;
  return null;
}
// The same rules, each tried only when a literal (or cheap class) that it cannot match without is in the text; the e-mail rule only around each '@'.
const PRE = {
  phone: (s) => s.includes('+'),
  aws: (s) => s.includes('AKIA'),
  pem: (s) => s.includes('PRIVATE KEY-----'),
  jwt: (s) => s.includes('eyJ'),
  github: (s) => /gh[pousr]_/.test(s),
  traversal: (s) => s.includes('../') || s.includes('..\\'),
  shell: (s) => /rm\s+-rf|curl\s|wget\s|nc\s+-/.test(s),
};
const FAST = RULES.map(([n, re]) => [n, re, PRE[n]]).filter(([n]) => n !== 'email');
const EMAIL = RULES[0][1];
export function scanTextFast(s) {
  for (let i = s.indexOf('@'); i >= 0; i = s.indexOf('@', i + 1))
    if (EMAIL.test(s.slice(Math.max(0, i - 64), i + 256))) return 'email';
  for (const [n, re, p] of FAST) if ((!p || p(s)) && re.test(s)) return n;
  return null;
}
/** Scans every string in a JSON value. */
export function scan(v) {
  if (typeof v === 'string') return scanText(v);
  if (v && typeof v === 'object')
    for (const k in v) {
      const r = scan(v[k]);
      if (r) return r;
    }
  return null;
}
