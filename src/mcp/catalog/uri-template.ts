/**
 * Whether a URI can have been made from a template (RFC 6570): its literal parts stand in the URI in their order, the first at its
 * beginning and the last at its end. Linear in both, whatever a server writes; expressions match any text.
 */
export function fitsTemplate(template: string, uri: string): boolean {
  const literals = template.split(/\{[^{}]{1,256}\}/);
  const [first = '', ...rest] = literals;
  if (rest.length === 0) return uri === template;
  const last = rest.pop() ?? '';
  if (!uri.startsWith(first)) return false;
  let at = first.length;
  for (const literal of rest) {
    const found = uri.indexOf(literal, at);
    if (found < 0) return false;
    at = found + literal.length;
  }
  return uri.length - last.length >= at && uri.endsWith(last);
}
