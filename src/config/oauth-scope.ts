import type { NamedValues } from '../contracts/upstream-oauth.js';
import type { ConfigPath, RawProblem } from './problem.js';
import type { OAuthSection } from './schema-upstream-oauth.js';
import { readSecretFile, resolveReferences, type SecretSources } from './secret-reference.js';

/** Fields that hold one text. */
type TextField = {
  [K in keyof OAuthSection]-?: [OAuthSection[K]] extends [string | null | undefined] ? K : never;
}[keyof OAuthSection];
type PairsField = 'OAUTH_ADDITIONAL_PARAMS' | 'OAUTH_CUSTOM_HEADERS';

interface Surroundings {
  readonly path: ConfigPath;
  readonly sources: SecretSources;
  readonly problems: RawProblem[];
  readonly warnings: RawProblem[];
}

/** One `oauth_config` while it is read: its values with references resolved, and where its faults go. */
export class OAuthScope {
  /** Fields that were resolved, so that a reference is looked up, and its fault told, once. */
  private readonly resolved = new Map<string, string | null>();

  constructor(
    readonly section: OAuthSection,
    private readonly around: Surroundings,
  ) {}

  /** null = left out or empty. */
  text(field: TextField): string | null {
    let text = this.resolved.get(field);
    if (text === undefined) {
      const given = this.section[field];
      const value = given == null ? '' : this.resolve(given, [field]);
      text = value === '' ? null : value;
      this.resolved.set(field, text);
    }
    return text;
  }

  /** Empty after a problem. */
  required(field: TextField, what: string): string {
    const before = this.around.problems.length;
    const text = this.text(field);
    if (text === null && this.around.problems.length === before) this.report(field, `is needed: ${what}`);
    return text ?? '';
  }

  pairs(field: PairsField): NamedValues {
    const pairs = Object.entries(this.section[field] ?? {}).map(
      ([name, value]) => [name, this.resolve(value, [field, name])] as const,
    );
    return Object.freeze(pairs);
  }

  /** What stands in the file that the field names; relative paths start at the folder of the config file. */
  file(field: TextField): string | null {
    const target = this.text(field);
    if (target === null) return null;
    const found = readSecretFile(target, this.around.sources);
    if ('value' in found) return found.value;
    this.report(field, found.fault);
    return null;
  }

  report(field: string | readonly string[], message: string): void {
    this.around.problems.push({ path: this.at(field), message });
  }

  warn(field: string, message: string): void {
    this.around.warnings.push({ path: this.at(field), message });
  }

  private resolve(text: string, tail: readonly string[]): string {
    return resolveReferences(text, this.at(tail), this.around.sources, this.around.problems);
  }

  private at(field: string | readonly string[]): ConfigPath {
    return [...this.around.path, ...(typeof field === 'string' ? [field] : field)];
  }
}
