import { readFile, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { resolve } from 'node:path';
import { GatewayError } from '../errors.js';
import { environmentVariable } from './environment.js';
import { systemErrorCode } from './fs-error.js';
import { type LoadResult, loadConfig, loadDocument } from './loader.js';
import { ConfigError, type ConfigProblem } from './problem.js';
import type { ConfigSnapshot } from './snapshot.js';

/** Reads and judges the file at `path`; an unreadable file is a result too. Never throws for what a user can cause. */
export async function readConfigFile(path: string): Promise<LoadResult> {
  const file = resolve(path);
  try {
    const [bytes, info] = await Promise.all([readFile(file), stat(file)]);
    return loadConfig(bytes, { path: file, environment: environmentVariable, warnings: modeWarnings(info.mode) });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    return { ok: false, problems: [{ path: '', message: describeReadError(error) }], files: new Set() };
  }
}

/** Judges bytes as if they stood in the file at `path`. */
export function judgeConfig(bytes: Buffer, path: string): LoadResult {
  return loadConfig(bytes, { path: resolve(path), environment: environmentVariable, warnings: [] });
}

/** Judges a config that is kept elsewhere; what it refers to by path lies beside `path`. */
export function judgeDocument(document: unknown, revision: string, path: string): LoadResult {
  return loadDocument(document, revision, {
    path: resolve(path),
    environment: environmentVariable,
    warnings: [],
    keysElsewhere: true,
  });
}

/**
 * The snapshot of a config file.
 * @throws ConfigError with every problem
 */
export async function loadConfigFile(path: string): Promise<ConfigSnapshot> {
  const result = await readConfigFile(path);
  if (!result.ok) throw new ConfigError(resolve(path), result.problems);
  return result.snapshot;
}

function modeWarnings(mode: number): ConfigProblem[] {
  if (platform() === 'win32' || (mode & 0o077) === 0) return [];
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  return [{ path: '', message: `other users of this machine can reach the file (mode ${octal}); run: chmod 600` }];
}

/** Why a file cannot be read, with the remedy. */
export function describeReadError(error: unknown): string {
  const code = systemErrorCode(error);
  switch (code) {
    case 'ENOENT':
      return 'there is no such file; make one with: secure-mcp-gateway generate-config';
    case 'EACCES':
    case 'EPERM':
      return 'the file cannot be read: permission denied';
    case 'EISDIR':
      return 'this is a folder, not a file';
    default:
      return `the file cannot be read (${code ?? 'unknown error'})`;
  }
}
