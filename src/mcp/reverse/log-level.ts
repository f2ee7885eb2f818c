import type { Addressee } from './addressee.js';

/** Severities of `notifications/message`, the least first (RFC 5424 §6.2.1). */
const LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

export function isLogLevel(level: unknown): level is string {
  return typeof level === 'string' && LEVELS.includes(level);
}

/** Whether a message is at least as severe as asked for; one of no known severity is shown only to who takes all. */
function reaches(level: unknown, least: string): boolean {
  return LEVELS.indexOf(String(level)) >= LEVELS.indexOf(least);
}

/** The one that lets most through; undefined when there is none. */
export function mostVerbose(levels: Iterable<string | undefined>): string | undefined {
  let least: string | undefined;
  for (const level of levels) {
    if (level !== undefined && (least === undefined || !reaches(level, least))) least = level;
  }
  return least;
}

/** In `_meta` of a request of the 2026 era: without it a server must not log to the client (2026-07-28, "Logging"). */
const META_LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

/** Whether the client wants to hear of it. */
export function mayShowLog(level: unknown, { session, end }: Pick<Addressee, 'session' | 'end'>): boolean {
  if (session !== null) return session.logLevel === undefined || reaches(level, session.logLevel);
  const asked = (end?.params._meta as Readonly<Record<string, unknown>> | undefined)?.[META_LOG_LEVEL];
  return isLogLevel(asked) && reaches(level, asked);
}
