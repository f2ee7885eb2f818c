import { withHashedKeys } from '../older-forms/newest-form.js';
import { canonical, entitiesOf, type EntityKind, type Json, objectOf, quoted, textOf } from './document.js';

const KINDS: readonly EntityKind[] = ['config', 'project', 'user'];
const ENTITIES = new Set(['mcp_configs', 'projects', 'users', 'apikeys']);
const PATH_DEPTH = 2;

/** What a change does to a document, one line each: `+` is new, `-` is gone, `~` is changed. Names only, so no secrets. */
export function differencesBetween(before: Json, after: Json): string[] {
  const [old, now] = [before, after].map((document) => objectOf(withHashedKeys(document).json)) as [Json, Json];
  return [...KINDS.flatMap((kind) => ofKind(old, now, kind)), ...ofKeys(old, now), ...ofSettings(old, now)];
}

function ofKind(before: Json, after: Json, kind: EntityKind): string[] {
  const old = new Map(entitiesOf(before, kind).map((entity) => [entity.id, entity]));
  const now = new Map(entitiesOf(after, kind).map((entity) => [entity.id, entity]));
  const gone = [...old.values()].filter(({ id }) => !now.has(id)).map(({ name }) => `- ${kind} ${quoted(name)}`);
  const rest = [...now.values()].flatMap(({ id, name, json }) => {
    const previous = old.get(id);
    const what = `${kind} ${quoted(name)}`;
    if (previous === undefined) return [`+ ${what}`, ...ofServers({}, json)];
    if (canonical(previous.json) === canonical(json)) return [];
    return [`~ ${what}`, ...ofServers(previous.json, json)];
  });
  return [...gone, ...rest];
}

function ofServers(before: Json, after: Json): string[] {
  const [old, now] = [before, after].map(
    ({ mcp_config: list }) =>
      new Map((Array.isArray(list) ? list : []).map((entry: unknown) => [textOf(objectOf(entry).server_name), entry])),
  ) as [Map<string, unknown>, Map<string, unknown>];
  return compare(old, now).map(([sign, name]) => `  ${sign} server ${quoted(name)}`);
}

function ofKeys(before: Json, after: Json): string[] {
  const old = new Map(Object.entries(objectOf(before.apikeys)));
  const now = new Map(Object.entries(objectOf(after.apikeys)));
  const counts = new Map<string, number>();
  for (const [sign] of compare(old, now)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts].map(([sign, count]) => `${sign} ${String(count)} ${count === 1 ? 'key' : 'keys'}`);
}

function ofSettings(before: Json, after: Json): string[] {
  const settings = (document: Json): Map<string, unknown> =>
    new Map(
      Object.entries(document)
        .filter(([name]) => !ENTITIES.has(name))
        .flatMap(([name, value]) => leaves(name, value, 1)),
    );
  return compare(settings(before), settings(after)).map(([sign, name]) => `${sign} setting ${name}`);
}

function leaves(path: string, value: unknown, depth: number): [string, unknown][] {
  const members = Object.entries(objectOf(value));
  if (members.length === 0 || depth > PATH_DEPTH) return [[path, value]];
  return members.flatMap(([name, member]) => leaves(`${path}.${name}`, member, depth + 1));
}

function compare(old: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): ['-' | '+' | '~', string][] {
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name) => ['-', name] as ['-', string]);
  const rest = [...now].flatMap(([name, value]): ['+' | '~', string][] => {
    if (!old.has(name)) return [['+', name]];
    return canonical(old.get(name)) === canonical(value) ? [] : [['~', name]];
  });
  return [...gone, ...rest];
}
