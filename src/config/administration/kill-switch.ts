import { AdministrationError } from './administration-error.js';
import { type Entity, type EntityKind, entityOf, type Json, now, objectOf, quoted } from './document.js';
import { serverOf } from './servers.js';
import { switchState } from './switch-state.js';

/** What a switch is set to. */
export type Switch = { readonly disabled: true; readonly reason?: string | undefined } | { readonly disabled: false };

const MEMBERS = ['disabled', 'disabled_at', 'disabled_reason'] as const;
/** As in the schema; checked here too, because a change of a reason alone must not cost a reload to be refused. */
const MAX_REASON = 256;

/** @returns false when nothing was to be changed */
export function switchUser(document: Json, reference: string, to: Switch): boolean {
  return switchEntity(document, 'user', reference, to);
}

/** @returns false when nothing was to be changed */
export function switchProject(document: Json, reference: string, to: Switch): boolean {
  return switchEntity(document, 'project', reference, to);
}

/** @returns false when nothing was to be changed */
export function switchServer(document: Json, config: string, server: string, to: Switch): boolean {
  const entity = entityOf(document, 'config', config);
  const isNew = set(serverOf(entity, server), to);
  if (isNew) entity.json.updated_at = now();
  return isNew;
}

/**
 * A tool of a server by its own name there, which need not be known yet; `*` and `?` are globs.
 * @returns false when nothing was to be changed
 */
export function switchTool(
  document: Json,
  place: { readonly config: string; readonly server: string; readonly tool: string },
  to: Switch,
): boolean {
  const entity = entityOf(document, 'config', place.config);
  const entry = serverOf(entity, place.server);
  const tools = objectOf(entry.disabled_tools);
  const known = new Map(Object.entries(tools));
  if (to.disabled) {
    const reason = checkReason(to.reason ?? '');
    if (known.get(place.tool) === reason) return false;
    known.set(place.tool, reason);
  } else if (!known.delete(place.tool)) return false;
  if (known.size > 0) entry.disabled_tools = Object.fromEntries(known);
  else Reflect.deleteProperty(entry, 'disabled_tools');
  touch(entry, entity);
  return true;
}

function switchEntity(document: Json, kind: EntityKind, reference: string, to: Switch): boolean {
  return set(entityOf(document, kind, reference).json, to);
}

function set(json: Json, to: Switch): boolean {
  const before = switchState(json);
  if (!to.disabled) {
    if (!before.disabled) return false;
    for (const name of MEMBERS) Reflect.deleteProperty(json, name);
  } else {
    const reason = to.reason === undefined ? before.disabled_reason : checkReason(to.reason);
    if (before.disabled && before.disabled_reason === reason) return false;
    if (!before.disabled) json.disabled_at = now();
    json.disabled = true;
    if (reason !== null) json.disabled_reason = reason;
  }
  json.updated_at = now();
  return true;
}

function touch(entry: Json, entity: Entity): void {
  entry.updated_at = now();
  entity.json.updated_at = now();
}

function checkReason(reason: string): string {
  if (reason.length <= MAX_REASON && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(reason)) return reason;
  throw new AdministrationError(
    'invalid',
    `The reason ${quoted(reason)} must be one line of at most ${String(MAX_REASON)} characters: callers are told it.`,
  );
}
