import { parseIsoTime } from '../iso-time.js';
import type { ConfigPath } from '../problem.js';
import { counted, entriesIn, type JsonObject, rewrite, type OlderForm, serversIn } from './older-form.js';

const TIMES = ['created_at', 'updated_at', 'imported_at', 'expires_at', 'disabled_at', 'enabled_at'];
const WITHOUT_ZONE = /[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/**
 * Times without a zone: the reference wrote the local time of whatever machine it ran on. They are taken as UTC, because a file must
 * mean the same on every machine that reads it; only `expires_at`, which the reference did not have, decides anything.
 */
export const localTimes: OlderForm = (config, { rewrites }) => {
  const places: ConfigPath[] = [];
  for (const [path, holder] of holdersOfTimes(config)) {
    for (const name of TIMES) {
      const text = Object.hasOwn(holder, name) ? holder[name] : undefined;
      if (typeof text !== 'string' || !WITHOUT_ZONE.test(text) || parseIsoTime(text) === null) continue;
      holder[name] = `${text.replace(' ', 'T')}Z`;
      places.push([...path, name]);
    }
  }
  const [first] = places;
  if (first === undefined) return;
  rewrites.push(rewrite(first, `a time without a zone (${counted(places.length, 'place')}), taken as UTC`));
};

function* holdersOfTimes(config: JsonObject): Generator<readonly [ConfigPath, JsonObject]> {
  for (const map of ['mcp_configs', 'projects', 'users', 'apikeys']) {
    for (const [id, entry] of entriesIn(config, map)) yield [[map, id], entry];
  }
  yield* serversIn(config);
}
