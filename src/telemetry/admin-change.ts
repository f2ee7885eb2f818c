/** A change that somebody asked for over the admin API. Names and ids only: no values, so no secrets. */
export interface AdminChange {
  /** The same for what was intended and what became of it; absent or null = the request did not get so far. */
  readonly requestId?: string | null;
  /** The id of the admin key; null = the config has none. */
  readonly adminKey: string | null;
  /** Such as `config.create`. */
  readonly operation: string;
  /** Ids and names of what was to be changed, by their kind. */
  readonly target: Readonly<Record<string, string>>;
  /** `intended` is on disk before anything is changed; without another line of the same id the gateway ended in between. */
  readonly outcome: 'intended' | 'done' | 'refused' | 'failed';
  /** Why it was refused: one word. */
  readonly reason: string | null;
  /** Of the config after the change; null when nothing was changed. */
  readonly revision: string | null;
}

/** Callers write the names in paths: a line must not grow with them. UTF-16 code units. */
const MAX_NAME_CHARS = 128;
/** What JSON allows bare inside a string but line readers take for an end of line. */
const LINE_BREAKERS = /[\u007f-\u009f\u2028\u2029]/g;

/**
 * The change as one JSON line with its line feed.
 * @param time ISO 8601, UTC
 */
export function adminLine(time: string, change: AdminChange): string {
  const target = Object.fromEntries(
    Object.entries(change.target).map(([kind, name]) => [kind, name.slice(0, MAX_NAME_CHARS)]),
  );
  const { requestId: request_id = null, adminKey: admin_key, operation, outcome, reason, revision } = change;
  const line = { time, event: 'admin', request_id, admin_key, operation, target, outcome, reason, revision };
  return `${JSON.stringify(line).replace(LINE_BREAKERS, escapeCodeUnit)}\n`;
}

function escapeCodeUnit(char: string): string {
  return '\\u' + char.charCodeAt(0).toString(16).padStart(4, '0');
}
