/** ISO 8601, before the calendar has been asked. */
export const ISO_TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * An ISO 8601 date or time as epoch milliseconds; null when it is none. A time without a zone is UTC, a date is its first instant.
 * Stricter than Date.parse, which turns 30 February into 2 March.
 */
export function parseIsoTime(text: string): number | null {
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, , , zone] = match;
  const calendar = new Date(`${String(year)}-${String(month)}-${String(day)}T00:00:00Z`);
  if (Number.isNaN(calendar.getTime()) || calendar.getUTCDate() !== Number(day)) return null;
  const zoned = hour === undefined || zone !== undefined ? text : `${text}Z`;
  const ms = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(ms) ? null : ms;
}
