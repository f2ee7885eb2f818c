import { InvalidArgumentError } from 'commander';
import type { KeyScope } from '../../config/administration/key-scope.js';
import { type EntityKind, idOf, isObject, type Json } from '../../config/administration/document.js';
import { GatewayError } from '../../errors.js';
import { parseStrictJson } from '../../strict-json.js';

/** How commander names the two options that name an entity. */
const NAMED_BY = {
  config: { name: 'configName', id: 'configId' },
  project: { name: 'projectName', id: 'projectId' },
  user: { name: 'email', id: 'userId' },
} as const;

const TARGETS = [
  ...Object.values(NAMED_BY).flatMap(({ name, id }) => [name, id]),
  ...['serverName', 'toolName', 'keyId', 'newName', 'sourceConfig', 'targetConfig', 'role'],
];

/**
 * What stands behind the options of a command. What does not fit is an InvalidArgumentError, whose message does not repeat the value:
 * it may hold a secret.
 */
export class Words {
  private readonly options: ReadonlyMap<string, unknown>;

  /** @param options as commander gives them: names in camel case */
  constructor(options: Readonly<Record<string, unknown>>) {
    this.options = new Map(Object.entries(options));
  }

  /** Of an option that must be given. */
  text(name: string): string {
    const text = this.optional(name);
    if (text === undefined) throw new InvalidArgumentError(`--${dashed(name)} is needed.`);
    return text;
  }

  optional(name: string): string | undefined {
    const value = this.options.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  flag(name: string): boolean {
    return this.options.get(name) === true;
  }

  /** Of an option that takes `true` or `false`. */
  yesOrNo(name: string): boolean | undefined {
    const text = this.optional(name);
    return text === undefined ? undefined : text === 'true';
  }

  has(...names: string[]): boolean {
    return names.some((name) => this.options.has(name));
  }

  /** Whether an entity of this kind is named. */
  names(kind: EntityKind): boolean {
    return this.has(NAMED_BY[kind].name, NAMED_BY[kind].id);
  }

  /** The id of the entity that is named. @throws AdministrationError `not_found`, `conflict` when several have the name */
  id(document: Json, kind: EntityKind): string {
    const id = this.optional(NAMED_BY[kind].id);
    return idOf(document, kind, id === undefined ? { name: this.text(NAMED_BY[kind].name) } : { id });
  }

  /** Which keys a command can look at, from what is named: the narrowest of them. */
  keyScope(): KeyScope {
    const [user, project] = [this.reference('user'), this.reference('project')];
    if (user !== undefined) return { user };
    if (this.names('config')) return 'none';
    return project === undefined ? 'all' : { project };
  }

  /** The names and ids that were given, for the record of a change: never a key, a value or a file. */
  targets(): Record<string, string> {
    const given = TARGETS.map((name) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      this.optional(name),
    ]);
    return Object.fromEntries(given.filter((one): one is [string, string] => one[1] !== undefined));
  }

  private reference(kind: EntityKind): string | undefined {
    return this.optional(NAMED_BY[kind].id) ?? this.optional(NAMED_BY[kind].name);
  }

  /** A JSON object. */
  json(name: string): Json | undefined {
    const value = this.parsed(name);
    if (value === undefined || isObject(value)) return value;
    throw new InvalidArgumentError(`--${dashed(name)} must be a JSON object.`);
  }

  /** A JSON object whose values are texts. */
  texts(name: string): Record<string, string> | undefined {
    const json = this.json(name);
    if (json === undefined) return undefined;
    const entries = Object.entries(json);
    if (entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) {
      return Object.fromEntries(entries);
    }
    throw new InvalidArgumentError(`--${dashed(name)} must be a JSON object of texts: numbers stand in quotes too.`);
  }

  /** Texts between commas, or a JSON list of texts for those that hold commas. */
  list(name: string): string[] | undefined {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    if (!text.startsWith('[')) return text === '' ? [] : text.split(',');
    const value = this.parsed(name);
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    throw new InvalidArgumentError(`--${dashed(name)} must be texts between commas, or a JSON list of texts.`);
  }

  private parsed(name: string): unknown {
    const text = this.optional(name);
    if (text === undefined) return undefined;
    try {
      return parseStrictJson(Buffer.from(text, 'utf8'));
    } catch (error) {
      const reason = error instanceof GatewayError ? error.message.replace('The body', 'It') : 'It is not valid JSON.';
      throw new InvalidArgumentError(`--${dashed(name)} is no JSON. ${reason}`);
    }
  }
}

/** Why the entities of a command are not named as they must be; null = they are. */
export function namingFault(
  words: Words,
  needed: readonly EntityKind[],
  optional: readonly EntityKind[],
): string | null {
  for (const kind of [...needed, ...optional]) {
    const { name, id } = NAMED_BY[kind];
    const [byName, byId] = [`--${dashed(name)}`, `--${dashed(id)}`];
    if (words.has(name) && words.has(id)) return `give ${byName} or ${byId}, not both`;
    if (needed.includes(kind) && !words.names(kind)) return `say which ${kind}: ${byName} or ${byId}`;
  }
  return null;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
