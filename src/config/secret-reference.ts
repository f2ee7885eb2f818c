import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigPath, RawProblem } from './problem.js';

/** Where references lead: the environment by name, files relative to the config's folder. */
export interface SecretSources {
  readonly environment: (name: string) => string | undefined;
  readonly configDir: string;
  /** Absolute paths of the files referred to, readable or not; the config store watches them. */
  readonly files: Set<string>;
}

/** Resolves `${NAME}` without a kind; null = no such variable. Only mcp-remote headers have one. */
export type VariableLookup = (name: string) => string | null;

const REFERENCE = /\$\$\{|\$\{(?:(env|file):([^}]*)(\}?)|([A-Za-z_][A-Za-z0-9_]*)\})/g;
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_SECRET_BYTES = 1024 * 1024;

/**
 * The text with `${env:NAME}` and `${file:PATH}` replaced and `$${` turned into `${`; one pass, so a secret that looks like a
 * reference stays as it is. What cannot be resolved becomes a problem at `path`, which never tells a value.
 */
export function resolveReferences(
  text: string,
  path: ConfigPath,
  sources: SecretSources,
  problems: RawProblem[],
  variables?: VariableLookup,
): string {
  if (!text.includes('${')) return text;
  return text.replace(REFERENCE, (...match: (string | undefined)[]) => {
    const [whole = '', kind, target = '', close, variable] = match;
    if (whole === '$${') return '${';
    const found = kind === undefined ? readVariable(variable, variables) : readReference(kind, target, close, sources);
    if (found === null) return whole;
    if ('value' in found) return found.value;
    problems.push({ path, message: found.fault });
    return '';
  });
}

export type Found = { readonly value: string } | { readonly fault: string };

function readReference(kind: string, target: string, close: string | undefined, sources: SecretSources): Found {
  if (close !== '}') return { fault: `the reference \${${kind}:… is not closed with }` };
  return kind === 'env' ? readEnvironment(target, sources) : readSecretFile(target, sources);
}

function readVariable(name: string | undefined, variables: VariableLookup | undefined): Found | null {
  if (variables === undefined || name === undefined) return null;
  const value = variables(name);
  return value === null
    ? { fault: `\${${name}} is not set in env of this server; set it there or write \${env:${name}}` }
    : { value };
}

function readEnvironment(name: string, sources: SecretSources): Found {
  if (!VARIABLE_NAME.test(name)) return { fault: '${env:…} needs the name of an environment variable' };
  const value = sources.environment(name);
  return value === undefined ? { fault: `the environment variable ${name} is not set` } : { value };
}

/** What stands in a file that the config names, without the end of its last line. */
export function readSecretFile(target: string, sources: SecretSources): Found {
  if (target === '' || target.includes('\0')) return { fault: '${file:…} needs the path of a file' };
  const file = resolve(sources.configDir, target);
  sources.files.add(file);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return { fault: `the file ${target} cannot be read (relative paths start at the folder of the config file)` };
  }
  if (bytes.length > MAX_SECRET_BYTES) return { fault: `the file ${target} is larger than 1 MiB` };
  return { value: bytes.toString('utf8').replace(/\r?\n$/, '') };
}
