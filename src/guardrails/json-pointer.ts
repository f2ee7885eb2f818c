import type { Container } from './payload-text.js';

/**
 * JSON Pointer (RFC 6901) of a member. `safeNames` replaces member names that hold matched text: a finding says where something
 * stands, never what.
 */
export function pointerTo(container: Container, key: string | number, safeNames: ReadonlyMap<string, string>): string {
  const parts = [partOf(key, safeNames)];
  for (let at = container; at.parent !== null; at = at.parent) parts.push(partOf(at.key, safeNames));
  return parts.reverse().join('');
}

function partOf(key: string | number, safeNames: ReadonlyMap<string, string>): string {
  if (typeof key === 'number') return `/${String(key)}`;
  return `/${(safeNames.get(key) ?? key).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
