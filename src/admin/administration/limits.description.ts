import type { ApiDescription } from '../api-docs/described-by.decorator.js';
import { changeRoute, COUNT, listOf, objectOf, readRoute, TEXT } from './route-descriptions.js';

const KINDS = ['calls_per_minute', 'calls_per_day', 'bytes_per_minute', 'concurrent'];
const MAX = 1_000_000_000_000;

const of = (schema: object) => objectOf(Object.fromEntries(KINDS.map((kind) => [kind, { ...schema }])), KINDS);
const VALUES = of(COUNT);
const WISHES = of({ type: ['integer', 'null'], minimum: 0, maximum: MAX });
const IN_FORCE = objectOf({ limit: TEXT, max: COUNT, used: COUNT, resets_in_seconds: COUNT });

function get(whose: string, params: readonly string[]) {
  return readRoute({
    summary: `Limits of a ${whose}, and what is used of them`,
    description: '`limits` is what it says itself, `in_force` what holds with the defaults.',
    params,
    data: objectOf({ limits: VALUES, in_force: listOf(IN_FORCE) }),
  });
}

function set(whose: string, params: readonly string[]) {
  return changeRoute({
    summary: `Set limits of a ${whose}`,
    description: '0 = no limit; null takes a number away, so that the default holds; what is not named stays.',
    params,
    body: WISHES,
    data: objectOf({ limits: VALUES }),
  });
}

/** What the API document says about /api/v1/limits. */
export const LIMITS: ApiDescription = {
  routes: {
    ofKey: get('key', ['key']),
    setOfKey: set('key', ['key']),
    ofUser: get('user', ['user']),
    setOfUser: set('user', ['user']),
    ofProject: get('project', ['project']),
    setOfProject: set('project', ['project']),
    ofServer: get('server', ['config', 'server']),
    setOfServer: set('server', ['config', 'server']),
  },
  schemas: {},
};
