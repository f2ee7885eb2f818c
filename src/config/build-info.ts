import { readFileSync } from 'node:fs';

/** Which build this is. */
export interface BuildInfo {
  readonly version: string;
  /** 40 hex digits, with `-dirty` when files differed from that commit; null when the build did not know. */
  readonly commit: string | null;
  /** ISO 8601, UTC: the time of the commit, so that two builds of it are the same; null when the build did not know. */
  readonly builtAt: string | null;
}

const MANIFEST = new URL('../../package.json', import.meta.url);
/** Written by `npm run build`, beside the compiled code. */
const BUILD = new URL('../build-info.json', import.meta.url);

/** The version as package.json says, and the commit as the build wrote it down. Code that was only compiled has no commit. */
export function readBuildInfo(): BuildInfo {
  const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
  let written: string;
  try {
    written = readFileSync(BUILD, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { version, commit: null, builtAt: null };
    throw error;
  }
  const { commit, builtAt } = JSON.parse(written) as BuildInfo;
  return { version, commit, builtAt };
}
