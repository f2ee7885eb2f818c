import { homedir, userInfo } from 'node:os';
import { isAbsolute } from 'node:path';

/**
 * The user's home, absolute. With an empty or relative HOME it is that of the account: what is taken for the user's own config must not
 * come from whatever folder a program is started in.
 * @param home as the system tells it
 */
export function homeFolder(home = homedir()): string {
  return isAbsolute(home) ? home : userInfo().homedir;
}
