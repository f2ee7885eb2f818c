import { AdministrationError } from './administration-error.js';

/** A JSON object of the config as it is stored. */
export type Json = Record<string, unknown>;

/** The sections whose members are entities by id. */
type Section = 'mcp_configs' | 'projects' | 'users';

interface Kind {
  readonly section: Section;
  /** Member that holds the name people use. */
  readonly name: string;
  readonly singular: string;
  readonly list: string;
}

const KINDS = {
  config: { section: 'mcp_configs', name: 'mcp_config_name', singular: 'config', list: 'config list' },
  project: { section: 'projects', name: 'project_name', singular: 'project', list: 'project list' },
  user: { section: 'users', name: 'email', singular: 'user', list: 'user list' },
} as const satisfies Record<string, Kind>;

export type EntityKind = keyof typeof KINDS;

/** One entity of a section. What is changed in `json` is changed in the document. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly json: Json;
}

/** Entities of a kind in the order of the document. What is no object is left out: the loader reports it. */
export function entitiesOf(document: Json, kind: EntityKind): Entity[] {
  const { section, name } = KINDS[kind];
  return Object.entries(objectOf(document[section])).flatMap(([id, json]) =>
    isObject(json) ? [{ id, name: textOf(json[name]), json }] : [],
  );
}

/**
 * The entity with this id, or the only one with this name.
 * @throws AdministrationError `not_found`, `conflict` when several have the name
 */
export function entityOf(document: Json, kind: EntityKind, reference: string): Entity {
  const all = entitiesOf(document, kind);
  const byId = all.find(({ id }) => id === reference);
  if (byId !== undefined) return byId;
  const [first, second] = all.filter(({ name }) => name === reference);
  if (first === undefined) throw unknown(kind, reference);
  if (second === undefined) return first;
  throw ambiguous(kind, reference);
}

/**
 * The id of an entity that is named by id or by name, and by nothing else: entityOf takes either for either.
 * @throws AdministrationError `not_found`, `conflict` when several have the name
 */
export function idOf(
  document: Json,
  kind: EntityKind,
  by: { readonly id: string } | { readonly name: string },
): string {
  const [one, ...others] = entitiesOf(document, kind).filter((entity) =>
    'id' in by ? entity.id === by.id : entity.name === by.name,
  );
  if (one === undefined) throw unknown(kind, 'id' in by ? by.id : by.name);
  if (others.length === 0) return one.id;
  throw ambiguous(kind, one.name);
}

/** Adds an entity. @throws AdministrationError `conflict` when the name is taken, without regard to letter case */
export function addEntity(document: Json, kind: EntityKind, id: string, json: Json): void {
  refuseTakenName(document, kind, textOf(json[KINDS[kind].name]));
  const { section } = KINDS[kind];
  document[section] = { ...objectOf(document[section]), [id]: json };
}

export function removeEntity(document: Json, kind: EntityKind, id: string): void {
  const { section } = KINDS[kind];
  document[section] = without(objectOf(document[section]), [id]);
}

/** @throws AdministrationError `conflict` when the name is taken by another entity */
export function renameEntity(document: Json, kind: EntityKind, entity: Entity, name: string): void {
  if (entity.name !== name) refuseTakenName(document, kind, name, entity.id);
  entity.json[KINDS[kind].name] = name;
}

function unknown(kind: EntityKind, reference: string): AdministrationError {
  const { singular, list } = KINDS[kind];
  const message = `There is no ${singular} ${quoted(reference)}. "${list}" names those there are.`;
  return new AdministrationError('not_found', message);
}

function ambiguous(kind: EntityKind, name: string): AdministrationError {
  const message = `Several are called ${quoted(name)}: name the ${KINDS[kind].singular} by its id.`;
  return new AdministrationError('conflict', message);
}

function refuseTakenName(document: Json, kind: EntityKind, name: string, but?: string): void {
  const taken = entitiesOf(document, kind).find(
    (other) => other.id !== but && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken === undefined) return;
  const { singular } = KINDS[kind];
  throw new AdministrationError('conflict', `There is a ${singular} ${quoted(taken.name)} already (id ${taken.id}).`);
}

/** Ids in a list of the document; what is no text is left out. */
export function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** A copy without some of its members. */
export function without(json: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([name]) => !names.includes(name)));
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** No member says anything. */
export function isEmptyDocument(document: Json): boolean {
  return Object.values(document).every((member) => isObject(member) && Object.keys(member).length === 0);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function quoted(text: string): string {
  return JSON.stringify(text.length > 128 ? `${text.slice(0, 128)}…` : text);
}

/** ISO 8601, UTC. */
export function now(): string {
  return new Date().toISOString();
}

/** Equal texts for equal values, whatever the order of members. */
export function canonical(value: unknown): string {
  return JSON.stringify([value], (_name, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
