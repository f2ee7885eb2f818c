/** What stands for a value that is not shown. Sent back, it keeps the value. */
export const MASK = '***';
/** A value that is nothing but references, which say where a secret is and not what it is. */
export const REFERENCES_ONLY = /^(?:(?:Bearer )?\$\{(?:env|file):[^}]*\})+$/;

/** The query of an address may hold a token. */
export function maskedUrl(text: string): string {
  const query = text.indexOf('?');
  return query < 0 ? text : `${text.slice(0, query)}?${MASK}`;
}
