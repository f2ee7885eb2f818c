import * as z from 'zod';
import { isAddressRange } from './address-list.js';
import { ISO_TIME, parseIsoTime } from './iso-time.js';

/** The words every refusal of a known but missing feature starts with. */
export function notSupportedYet(remedy: string): string {
  return `not supported yet; ${remedy}`;
}

/** A switch of a feature this build lacks: off loads, on is refused rather than silently ignored. */
export function unsupportedSwitch(remedy: string) {
  return z
    .boolean()
    .refine((on) => !on, { error: notSupportedYet(remedy) })
    .default(false)
    .meta({ const: false });
}

/** A feature with its own object: `enabled` absent or false loads, the rest is only checked for known names. */
export function unsupportedFeature(names: readonly string[], remedy: string) {
  return z.strictObject({
    enabled: unsupportedSwitch(remedy),
    ...Object.fromEntries(names.map((name) => [name, z.unknown().optional()])),
  });
}

/** Seconds in the file; bounded so that the milliseconds fit a timer. */
export function seconds(initial: number) {
  return limitSeconds().default(initial);
}

/** Seconds of a limit that may be left out. */
export function limitSeconds() {
  return z.number().positive().max(86_400);
}

/** A fraction of a timeout; ten times the largest timeout still fits a timer. */
export function threshold(initial: number) {
  return z.number().positive().max(10).default(initial);
}

/** Hours in the file; 0 = not at all, and 24 days at most, so that the milliseconds fit a timer. */
export function hours(initial: number) {
  return z.number().nonnegative().max(576).default(initial);
}

/** Minutes in the file, a week at most. */
export function minutes(initial: number) {
  return z.number().positive().max(10_080).default(initial);
}

/** A number of things held at once. */
export function cap(initial: number) {
  return z.number().int().min(1).max(100_000).default(initial);
}

/** ISO 8601; a time without a zone is UTC. */
export function isoTime() {
  return z
    .string()
    .refine((text) => parseIsoTime(text) !== null, {
      error: ({ input }) =>
        `must be an ISO 8601 time in UTC such as 2026-01-31T12:00:00Z, not ${JSON.stringify(String(input).slice(0, 40))}`,
    })
    .meta({ pattern: ISO_TIME.source });
}

/** Internet addresses, single ones or ranges. */
export function addressRanges() {
  const error = 'must be an IP address or a range such as 192.0.2.0/24 or 2001:db8::/32';
  return z.array(z.string().refine(isAddressRange, { error }));
}

/** Text that must say something. */
export function nonEmpty() {
  return z.string().min(1, { error: 'must not be empty' });
}

/** Why something was disabled: callers are told, so it is one short line. */
export function disabledReason() {
  return z
    .string()
    .max(256, { error: 'must be at most 256 characters' })
    .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, { error: 'must not hold control characters' });
}

/** The switch of what an administrator can disable, with what is told of it. */
export function killSwitch() {
  return {
    disabled: z.boolean().default(false),
    disabled_at: isoTime().optional(),
    disabled_reason: disabledReason().optional(),
  };
}

/** Id of a config, project or user: UUIDs in generated files, any short plain name in hand-written ones. */
export function id() {
  return z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, {
    error: 'must be 1 to 128 letters, digits, dots, hyphens or underscores',
  });
}
