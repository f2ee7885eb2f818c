import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configPathFromEnvironment } from './environment.js';
import { homeFolder } from './home-folder.js';

/** The config file in use and who chose it. */
export interface ConfigLocation {
  /** Absolute. */
  readonly path: string;
  readonly source: 'flag' | 'environment' | 'default';
}

const FILE_NAME = 'enkrypt_mcp_config.json';
const CONTAINER_PATH = `/app/.enkrypt/docker/${FILE_NAME}`;
const CONTAINER_MARKS = ['/.dockerenv', '/run/.containerenv'];

/** Which config file to use: `--config`, then `ENKRYPT_CONFIG`, then the default place. The file need not exist. */
export function locateConfig(flag: string | undefined): ConfigLocation {
  if (flag !== undefined) return { path: resolve(flag), source: 'flag' };
  const fromEnvironment = configPathFromEnvironment();
  if (fromEnvironment !== undefined) return { path: resolve(fromEnvironment), source: 'environment' };
  return { path: defaultConfigPath(), source: 'default' };
}

/** `~/.enkrypt/enkrypt_mcp_config.json`, or the mounted file of a container when there is one. */
function defaultConfigPath(): string {
  if (existsSync(CONTAINER_PATH) && insideContainer()) return CONTAINER_PATH;
  return join(homeFolder(), '.enkrypt', FILE_NAME);
}

function insideContainer(): boolean {
  if (CONTAINER_MARKS.some((mark) => existsSync(mark))) return true;
  try {
    return /docker|kubepods|containerd|lxc/.test(readFileSync('/proc/1/cgroup', 'utf8'));
  } catch {
    return false;
  }
}
