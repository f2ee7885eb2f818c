import {
  type DefinitionChange,
  type DefinitionPinning,
  PIN_ACTIONS,
  type PinAction,
} from '../../contracts/definition-pinning.js';
import { changesOf, classifyDifferences } from './definition-change.js';
import { type OfferedItem, PIN_LIMITS, type PinnedItem, type PinRecord, type TenantPins } from './pin-record.js';

/** What becomes of an offered definition. */
export type PinOutcome =
  | { readonly kind: 'pass' }
  | { readonly kind: 'alarm'; readonly changes: readonly DefinitionChange[] }
  | {
      readonly kind: 'withheld';
      readonly reason: 'changed' | 'review' | 'rejected' | 'full';
      readonly changes: readonly DefinitionChange[];
    };

/** All outcomes, and the record with what was learnt; the same object when that is nothing. */
export interface PinJudgement {
  readonly record: PinRecord;
  /** By key of the item. What is not in here passes. */
  readonly outcomes: ReadonlyMap<string, PinOutcome>;
}

const PASS: PinOutcome = { kind: 'pass' };

interface Decision {
  readonly outcome: PinOutcome;
  readonly item: PinnedItem | undefined;
}

/**
 * Holds what a server offers one tenant against the record. Pure, so that it can be repeated on a fresh record under the lock.
 * A tenant that meets a tool for the first time does not trust it blindly when others know it already: their newest pin is what it is
 * compared with, or a rug pull would reach every new member.
 * @param now ISO 8601, UTC
 */
export function judgePins(
  record: PinRecord,
  tenant: string,
  offered: readonly OfferedItem[],
  policy: DefinitionPinning,
  now: string,
): PinJudgement {
  const own = record.tenants.get(tenant);
  const items = new Map(own?.items);
  const outcomes = new Map<string, PinOutcome>();
  const scene: Scene = {
    record,
    policy,
    now,
    isKnownServer: record.tenants.size > 0,
    others: newestPins(record, tenant),
  };
  let changed = false;
  for (const one of offered) {
    const before = items.get(one.key);
    if (before === undefined && items.size >= PIN_LIMITS.items) {
      outcomes.set(one.key, withheld('full', []));
      continue;
    }
    const { outcome, item } = judgeOne(one, before, scene);
    if (outcome !== PASS) outcomes.set(one.key, outcome);
    if (item === undefined || item === before) continue;
    items.set(one.key, item);
    changed = true;
  }
  if (!changed) return { record, outcomes };
  const tenants = new Map(record.tenants);
  tenants.delete(tenant);
  tenants.set(tenant, { since: own?.since ?? now, items });
  return { record: bounded({ ...record, tenants }, offered), outcomes };
}

interface Scene {
  readonly record: PinRecord;
  readonly policy: DefinitionPinning;
  readonly now: string;
  readonly isKnownServer: boolean;
  readonly others: ReadonlyMap<string, string>;
}

function judgeOne(one: OfferedItem, before: PinnedItem | undefined, scene: Scene): Decision {
  const { record } = scene;
  const { key, hash } = one;
  if (record.rejected.get(key)?.includes(hash) === true) return pend(one, before, scene, withheld('rejected', []));
  if (before?.pin?.hash === hash) return { outcome: PASS, item: before };
  if (record.approved.get(key)?.includes(hash) === true) return take(one, scene, 'approved', PASS);
  return before?.pin == null ? metFirst(one, before, scene) : metAgain(one, before, before.pin.hash, scene);
}

/** This tenant has none in force. */
function metFirst(one: OfferedItem, before: PinnedItem | undefined, scene: Scene): Decision {
  const base = scene.others.get(one.key);
  // What was to be reviewed once stays so, also under another policy.
  if (scene.policy.firstSight === 'review' || before?.pending?.changes.length === 0) {
    return pend(one, before, scene, withheld('review', []));
  }
  if (base === undefined) return firstSight(one, before, scene);
  return base === one.hash ? take(one, scene, 'first_sight', PASS) : metAgain(one, before, base, scene);
}

function metAgain(one: OfferedItem, before: PinnedItem | undefined, base: string, scene: Scene): Decision {
  const changes = changesBetween(scene.record.texts.get(base), one.text);
  const action = strictest(changes, scene.policy);
  if (action === 'quarantine') return pend(one, before, scene, withheld('changed', changes));
  return take(one, scene, 'change', action === 'alarm' ? { kind: 'alarm', changes } : PASS);
}

/** A new tool of a server that is known already is an addition, and may be one of a rug pull. */
function firstSight(one: OfferedItem, before: PinnedItem | undefined, scene: Scene): Decision {
  const { policy, isKnownServer } = scene;
  if (!isKnownServer) return take(one, scene, 'first_sight', PASS);
  const action = policy.onChange.additive;
  if (action === 'quarantine') return pend(one, before, scene, withheld('changed', ['additive']));
  return take(one, scene, 'first_sight', action === 'alarm' ? { kind: 'alarm', changes: ['additive'] } : PASS);
}

function take(
  one: OfferedItem,
  { now }: Scene,
  origin: 'first_sight' | 'change' | 'approved',
  outcome: PinOutcome,
): Decision {
  return { outcome, item: { pin: { hash: one.hash, since: now, origin }, pending: null } };
}

function pend(one: OfferedItem, before: PinnedItem | undefined, { now }: Scene, outcome: PinOutcome): Decision {
  if (before?.pending?.hash === one.hash) return { outcome, item: before };
  const changes = outcome.kind === 'withheld' ? outcome.changes : [];
  return { outcome, item: { pin: before?.pin ?? null, pending: { hash: one.hash, since: now, changes } } };
}

function withheld(
  reason: 'changed' | 'review' | 'rejected' | 'full',
  changes: readonly DefinitionChange[],
): PinOutcome {
  return { kind: 'withheld', reason, changes };
}

/** Without the text of before nothing can be said of the change, so it counts as the worst. */
function changesBetween(before: string | undefined, after: string): readonly DefinitionChange[] {
  if (before === undefined) return ['instruction'];
  const changes = changesOf(classifyDifferences(JSON.parse(before), JSON.parse(after)));
  return changes.length === 0 ? ['notation'] : changes;
}

function strictest(changes: readonly DefinitionChange[], { onChange }: DefinitionPinning): PinAction {
  const ranks = changes.map((change) => PIN_ACTIONS.indexOf(onChange[change]));
  return PIN_ACTIONS[Math.max(0, ...ranks)] ?? 'quarantine';
}

/** The newest pin of any other tenant, by key. */
function newestPins(record: PinRecord, tenant: string): ReadonlyMap<string, string> {
  const newest = new Map<string, { readonly hash: string; readonly since: string }>();
  for (const [other, { items }] of record.tenants) {
    if (other === tenant) continue;
    for (const [key, { pin }] of items) {
      if (pin !== null && (newest.get(key)?.since ?? '') <= pin.since) newest.set(key, pin);
    }
  }
  return new Map([...newest].map(([key, { hash }]) => [key, hash]));
}

/** Keeps the texts that something refers to, and the newest tenants, within the bounds. */
function bounded(record: PinRecord, offered: readonly OfferedItem[]): PinRecord {
  const tenants = newestTenants(record.tenants);
  const wanted = new Set<string>();
  for (const { items } of tenants.values()) {
    for (const { pin, pending } of items.values()) {
      if (pin !== null) wanted.add(pin.hash);
      if (pending !== null) wanted.add(pending.hash);
    }
  }
  const texts = new Map<string, string>();
  let room: number = PIN_LIMITS.allTextChars;
  const keep = (hash: string, text: string): void => {
    if (!wanted.has(hash) || texts.has(hash) || text.length > PIN_LIMITS.textChars || text.length > room) return;
    texts.set(hash, text);
    room -= text.length;
  };
  for (const [hash, text] of record.texts) keep(hash, text);
  for (const { hash, text } of offered) keep(hash, text);
  return { ...record, tenants, texts };
}

/** The last in the map is the newest. It stays whatever its size; the limit of items bounds it. */
function newestTenants(tenants: ReadonlyMap<string, TenantPins>): ReadonlyMap<string, TenantPins> {
  const kept: [string, TenantPins][] = [];
  let room: number = PIN_LIMITS.itemsOfAllTenants;
  for (const [tenant, pins] of [...tenants].reverse()) {
    room -= pins.items.size;
    if (kept.length > 0 && room < 0) break;
    kept.push([tenant, pins]);
  }
  return new Map(kept.reverse());
}
