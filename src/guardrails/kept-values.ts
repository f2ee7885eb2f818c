import type { KeptPath } from '../contracts/server-entry.js';
import type { Container, TextLeaf } from './payload-text.js';
import { coversTool } from '../glob.js';

/** Which leaves of a call's arguments keep their value although the policy redacts. */
export class KeptValues {
  readonly #paths: readonly (readonly string[])[];

  constructor(kept: readonly KeptPath[], tool: string) {
    this.#paths = kept.filter((path) => coversTool(path.tool, tool)).map(({ members }) => members);
  }

  /** True for a leaf at one of the paths, or below it; items of arrays are at the array's path. */
  keeps(leaf: TextLeaf): boolean {
    if (this.#paths.length === 0) return false;
    const members = membersOf(leaf);
    return this.#paths.some(
      (path) => path.length <= members.length && path.every((name, i) => name === '*' || name === members[i]),
    );
  }
}

/** Member names from `arguments` down, indexes left out; empty for what stands elsewhere (`_meta`). */
function membersOf({ key, container }: TextLeaf): readonly string[] {
  const members: string[] = [];
  if (typeof key === 'string') members.push(key);
  let at: Container = container;
  while (at.parent !== null) {
    if (typeof at.key === 'string') members.push(at.key);
    at = at.parent;
  }
  members.reverse();
  return members[0] === 'arguments' ? members.slice(1) : [];
}
