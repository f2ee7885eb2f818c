import { InvalidArgumentError } from 'commander';
import type { Json } from '../../config/administration/document.js';
import { limitsFor, type LimitTarget, type LimitWishes, setLimits } from '../../config/administration/limits.js';
import { LIMIT_KINDS } from '../../contracts/limits.js';
import { changing, reading } from './action.js';
import type { Words } from './words.js';

/** What is set, and what holds with the defaults. What is used now is known to the running gateway alone. */
export const get = reading((document, words) => {
  const { limits, inForce } = limitsFor(document, targetOf(document, words));
  return { limits, in_force: Object.fromEntries(inForce.map(({ kind, max }) => [kind, max])) };
});

export const set = changing((document, words) => {
  setLimits(document, targetOf(document, words), wishesOf(words));
  return { note: 'The next call is under these limits.' };
});

/** @throws InvalidArgumentError unless exactly one of key, user, project and server is named */
function targetOf(document: Json, words: Words): LimitTarget {
  const key = words.optional('keyId');
  const server = words.optional('serverName');
  const named = [key !== undefined, server !== undefined, words.names('user'), words.names('project')];
  if (named.filter(Boolean).length !== 1) {
    throw new InvalidArgumentError('name one: --key-id, --email, --project-name, or --server-name with --config-name.');
  }
  if (key !== undefined) return { scope: 'key', reference: key };
  if (server !== undefined) return { scope: 'server', config: words.id(document, 'config'), reference: server };
  const scope = words.names('user') ? 'user' : 'project';
  return { scope, reference: words.id(document, scope) };
}

const OPTIONS = {
  calls_per_minute: 'callsPerMinute',
  calls_per_day: 'callsPerDay',
  bytes_per_minute: 'bytesPerMinute',
  concurrent: 'concurrent',
} as const;

function wishesOf(words: Words): LimitWishes {
  const given = LIMIT_KINDS.flatMap((kind) => {
    const text = words.optional(OPTIONS[kind]);
    return text === undefined ? [] : [[kind, text === 'default' ? null : Number(text)]];
  });
  if (given.length === 0) throw new InvalidArgumentError('say at least one limit, such as --calls-per-minute 60.');
  return Object.fromEntries(given) as LimitWishes;
}
