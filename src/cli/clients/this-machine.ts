import { readdirSync, realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { homeFolder } from '../../config/home-folder.js';
import { type ClientHost, packagesFolder } from './client-files.js';

/** This machine, for computing where a client keeps its files. */
export function thisMachine(): ClientHost {
  const host = { platform: process.platform, environment: process.env, home: homeFolder() };
  return { ...host, packages: host.platform === 'win32' ? namesIn(packagesFolder(host)) : [] };
}

/**
 * Absolute path of the running Node.js for a client that starts it without the user's shell. The name on the PATH is preferred where it
 * leads to the same program, because it outlives an update (`/opt/homebrew/bin/node`), which the real path does not.
 */
export function nodePath(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const real = realPath(process.execPath);
  return folders.map((folder) => join(folder, name)).find((path) => realPath(path) === real) ?? process.execPath;
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
