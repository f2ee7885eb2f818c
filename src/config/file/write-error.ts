import { dirname } from 'node:path';
import { GatewayError } from '../../errors.js';
import { systemErrorCode } from '../fs-error.js';

/** A system error of a write as words with a remedy; anything else stays as it is. */
export function describeWriteError(error: unknown, target: string): unknown {
  if (error instanceof GatewayError) return error;
  const code = systemErrorCode(error);
  const fault = code === undefined ? undefined : REMEDIES.get(code);
  if (fault === undefined) return error;
  return new GatewayError('config_invalid', `${target} was not changed: ${fault(dirname(target))}.`, { cause: error });
}

const noAccess = (folder: string): string =>
  `this user may not write in the folder ${folder}; run as the owner of the file`;
const noSpace = (): string => 'the disk is full';

const REMEDIES: ReadonlyMap<string, (folder: string) => string> = new Map([
  ['EACCES', noAccess],
  ['EPERM', noAccess],
  ['EROFS', (folder: string) => `the folder ${folder} is mounted read-only`],
  ['EBUSY', () => 'the file itself is a mount point; mount its folder instead, so that it can be replaced as a whole'],
  ['ENOSPC', noSpace],
  ['EDQUOT', noSpace],
]);
