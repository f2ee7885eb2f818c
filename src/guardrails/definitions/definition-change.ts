import { DEFINITION_CHANGES, type DefinitionChange } from '../../contracts/definition-pinning.js';
import { signsIn } from './directive-signs.js';
import { invisibleRuns } from './invisible-characters.js';
import { differences, isObject, type JsonDifference, textsOf, valueAt } from './json-diff.js';
import { isProse, isSameWording } from './text-change.js';

/** One difference between two definitions, and what it touches. */
export interface ClassifiedDifference extends JsonDifference {
  readonly change: DefinitionChange;
}

type Path = readonly (string | number)[];

/** Keywords of JSON Schema by what stands below them: schemas by name, one schema, a list of schemas. */
const TABLES = new Set(['properties', '$defs', 'definitions', 'patternProperties', 'dependentSchemas']);
/** Of the tables, those that say something about calls which were good before. */
const RULES: ReadonlySet<unknown> = new Set(['patternProperties', 'dependentSchemas']);
const NESTED = new Set([
  'items',
  'additionalProperties',
  'additionalItems',
  'unevaluatedProperties',
  'unevaluatedItems',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
]);
const LISTS = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const TEXTS = new Set(['title', 'description', '$comment', 'instructions']);

/**
 * What changed between two definitions of one tool (or prompt, resource, or what a server says of itself), place by place.
 * Text in a new optional parameter counts as additive, unless it has a sign of an instruction (directive-signs.ts): hiding the payload
 * in a new parameter is the usual rug pull.
 */
export function classifyDifferences(before: unknown, after: unknown): readonly ClassifiedDifference[] {
  return differences(before, after).map((difference) => ({ ...difference, change: classOf(difference, after) }));
}

/** The kinds of change that occur, in the order of DEFINITION_CHANGES. */
export function changesOf(found: readonly ClassifiedDifference[]): readonly DefinitionChange[] {
  const kinds = new Set(found.map(({ change }) => change));
  return DEFINITION_CHANGES.filter((change) => kinds.has(change));
}

const AREAS = new Map<unknown, (difference: JsonDifference, whole: unknown) => DefinitionChange>([
  ['inputSchema', schemaChange],
  ['outputSchema', schemaChange],
  ['annotations', annotationChange],
  ['execution', ({ after }) => (saysSomething(after) ? 'instruction' : 'annotation')],
  ['serverInfo', serverInfoChange],
]);

function classOf(difference: JsonDifference, whole: unknown): DefinitionChange {
  const { path, after } = difference;
  const [area] = path;
  if (path.length === 1 && typeof area === 'string' && TEXTS.has(area)) return textChange(difference);
  const known = AREAS.get(area);
  if (known !== undefined) return known(difference, whole);
  // A name beside the known ones is text as well.
  return saysSomething([after, String(path.at(-1))]) ? 'instruction' : 'additive';
}

function annotationChange(difference: JsonDifference): DefinitionChange {
  if (isText(difference)) return textChange(difference);
  return saysSomething(difference.after) ? 'instruction' : 'annotation';
}

function serverInfoChange(difference: JsonDifference): DefinitionChange {
  const { path, after } = difference;
  // Every release has another version.
  if (path[1] === 'version') return saysSomething(after) ? 'instruction' : 'notation';
  if (isText(difference)) return textChange(difference);
  return saysSomething(after) ? 'instruction' : 'additive';
}

function isText({ before, after }: JsonDifference): boolean {
  return typeof before === 'string' || typeof after === 'string';
}

/** Text that is gone may have been a warning. */
function textChange({ before, after }: JsonDifference): DefinitionChange {
  return typeof before === 'string' && typeof after === 'string' && isSameWording(before, after)
    ? 'notation'
    : 'instruction';
}

function schemaChange(difference: JsonDifference, whole: unknown): DefinitionChange {
  const place = placeOf(difference.path);
  switch (place.kind) {
    case 'entry':
      return entryChange(difference, whole);
    case 'schema':
      return addedSchema(difference);
    case 'keyword':
      return keywordChange(place.keyword, difference);
  }
}

/** A parameter, or another schema with a name. */
function entryChange({ path, before, after }: JsonDifference, whole: unknown): DefinitionChange {
  if (before !== undefined) return saysSomething(after) ? 'instruction' : 'parameter';
  if (hasSigns(path, after)) return 'instruction';
  return isRequired(whole, path) || RULES.has(path.at(-2)) ? 'parameter' : 'additive';
}

function keywordChange(keyword: string, difference: JsonDifference): DefinitionChange {
  const { before, after } = difference;
  if (TEXTS.has(keyword)) return textChange(difference);
  const isSet = keyword === 'required' || keyword === 'enum';
  if (isSet && sameMembers(before, after)) return 'notation';
  if (saysSomething(keyword === 'enum' ? without(after, before) : after)) return 'instruction';
  return keyword === 'examples' ? 'additive' : 'parameter';
}

/** An output schema that was not there before promises more; any other schema as a whole changes what a call looks like. */
function addedSchema({ path, before, after }: JsonDifference): DefinitionChange {
  if (after !== undefined && hasSigns(path, after)) return 'instruction';
  return path.length === 1 && path[0] === 'outputSchema' && before === undefined ? 'additive' : 'parameter';
}

type Place =
  { readonly kind: 'schema' } | { readonly kind: 'entry' } | { readonly kind: 'keyword'; readonly keyword: string };

/** Where in a schema a path ends: at a schema, at an entry of a table of schemas, or at or below a keyword. */
function placeOf(path: Path): Place {
  let at: 'schema' | 'table' | 'list' = 'schema';
  for (const [index, segment] of path.entries()) {
    // The first is the schema's own name in the definition.
    if (index === 0) continue;
    const key = String(segment);
    if (at === 'table' || at === 'list') {
      if (index === path.length - 1) return at === 'table' ? { kind: 'entry' } : { kind: 'schema' };
      at = 'schema';
    } else if (TABLES.has(key)) at = 'table';
    else if (LISTS.has(key)) at = 'list';
    else if (!NESTED.has(key) || index === path.length - 1) return { kind: 'keyword', keyword: key };
  }
  return at === 'schema' ? { kind: 'schema' } : { kind: 'keyword', keyword: String(path.at(-1)) };
}

function isRequired(whole: unknown, path: Path): boolean {
  const required = valueAt(whole, [...path.slice(0, -2), 'required']);
  return path.at(-2) === 'properties' && Array.isArray(required) && required.includes(path.at(-1));
}

/** Also the name: a parameter called `content_of_ssh_key` says it all. */
function hasSigns(path: Path, added: unknown): boolean {
  const name = String(path.at(-1) ?? '');
  if (isHidden(name) || signsIn(name).length > 0) return true;
  for (const { text } of textsOf(added)) if (isHidden(text) || signsIn(text).length > 0) return true;
  return false;
}

/** Prose, invisible text, or a sign of an instruction, at a place where values stand. */
function saysSomething(value: unknown): boolean {
  for (const { text } of textsOf(value)) if (isProse(text) || isHidden(text) || signsIn(text).length > 0) return true;
  return false;
}

/** A model reads invisible characters wherever they stand. */
function isHidden(text: string): boolean {
  return invisibleRuns(text).length > 0;
}

function sameMembers(before: unknown, after: unknown): boolean {
  if (!Array.isArray(before) || !Array.isArray(after)) return false;
  const [old, now] = [members(before), members(after)];
  return old.size === now.size && [...now].every((item) => old.has(item));
}

function without(after: unknown, before: unknown): unknown {
  if (!Array.isArray(after) || !Array.isArray(before)) return after;
  const old = members(before);
  return after.filter((item) => !old.has(JSON.stringify(item)));
}

function members(items: readonly unknown[]): ReadonlySet<string> {
  return new Set(items.map((item) => JSON.stringify(isObject(item) ? Object.entries(item).sort() : item)));
}
