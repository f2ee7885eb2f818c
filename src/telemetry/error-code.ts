/** The code of a system's or a database's error, such as `ENOENT`; null = it has none. */
export function errorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' || typeof error.code === 'number' ? String(error.code) : null;
}
