import type { Container, PayloadText } from './payload-text.js';

/** Notes a new value for a member; the payload itself is never changed. */
export function edit(container: Container, key: string | number, value: unknown): void {
  container.edits ??= new Map();
  container.edits.set(key, value);
}

/**
 * The payload with its noted edits and with members renamed, as a copy that shares everything unchanged; the same object when nothing
 * changes. Every container must have been visited.
 */
export function applyEdits(
  payload: PayloadText,
  renames: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const { containers } = payload;
  // Children come after their parents in the list: backwards, every child is finished before its parent is copied.
  for (let i = containers.length - 1; i > 0; i--) {
    const container = containers[i];
    if (container?.parent == null) continue;
    const copy = rebuilt(container, renames);
    if (copy !== container.node) edit(container.parent, container.key, copy);
  }
  const [root] = containers;
  return root === undefined ? {} : (rebuilt(root, renames) as Readonly<Record<string, unknown>>);
}

function rebuilt(container: Container, renames: ReadonlyMap<string, string>): Container['node'] {
  const { node, edits } = container;
  if (Array.isArray(node)) {
    const items = node as readonly unknown[];
    return edits === null ? items : items.map((item, index) => (edits.has(index) ? edits.get(index) : item));
  }
  const record = node as Readonly<Record<string, unknown>>;
  const names = renames.size === 0 ? null : newNames(record, renames);
  return edits === null && names === null ? node : rebuiltObject(record, edits, names);
}

function rebuiltObject(
  record: Readonly<Record<string, unknown>>,
  edits: Container['edits'],
  names: ReadonlyMap<string, string> | null,
): Readonly<Record<string, unknown>> {
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(record)) {
    const value = edits?.has(name) === true ? edits.get(name) : record[name];
    const newName = names?.get(name) ?? name;
    // Assignment to `__proto__` would set the prototype instead of a member.
    if (newName === '__proto__') {
      Object.defineProperty(copy, newName, { value, writable: true, enumerable: true, configurable: true });
    } else {
      copy[newName] = value;
    }
  }
  return copy;
}

/** New names of this object's members, or null; a name that is taken already is not given again. */
function newNames(
  record: Readonly<Record<string, unknown>>,
  renames: ReadonlyMap<string, string>,
): Map<string, string> | null {
  let names: Map<string, string> | null = null;
  const taken = new Set<string>();
  for (const name of Object.keys(record)) {
    const newName = renames.get(name);
    if (newName === undefined || Object.hasOwn(record, newName) || taken.has(newName)) continue;
    taken.add(newName);
    names ??= new Map();
    names.set(name, newName);
  }
  return names;
}
