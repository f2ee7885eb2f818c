import { InvalidArgumentError } from 'commander';
import {
  deleteKey,
  deleteKeysOf,
  generateKey,
  type KeyWishes,
  setKeyDisabled,
  updateKey,
} from '../../config/administration/api-keys.js';
import { rotateKey } from '../../config/administration/key-rotation.js';
import { getKey, type KeySummary, listKeys } from '../../config/administration/key-summary.js';
import type { KeyUseTimes } from '../../config/key-use-store.js';
import type { Json } from '../../config/administration/document.js';
import { EXIT } from '../cli-io.js';
import { type Action, changing, jsonText, tell, type Told } from './action.js';
import { secretWord } from './secret-word.js';
import type { Words } from './words.js';

const ONCE = 'This is the only time that the key is shown: only its hash is kept.';

export const generate = changing((document, words) => {
  const [user, project] = [words.id(document, 'user'), words.id(document, 'project')];
  const { api_key, key_id } = generateKey(document, user, project, wishesIn(words));
  return { lines: [`api_key: ${api_key}`, `key_id: ${key_id}`], note: ONCE };
});

export const update = changingKey((document, key, words) => {
  updateKey(document, key, wishesIn(words));
  return { note: 'Updated the key.' };
});

export const get: Action = async (words, { repository, io }) => {
  const key = await secretWord(words.text('apiKey'), io);
  const times = await repository.keyUses.load({ key });
  io.stdout(jsonText(getKey((await repository.read({ key })).document, key, times)));
  return EXIT.ok;
};

export const rotate = changingKey((document, key, words) => {
  const overlap = words.optional('overlap');
  const { api_key, key_id } = rotateKey(document, key, overlap === undefined ? 0 : secondsIn(overlap));
  const { disabled: isDisabled, rotated_from } = getKey(document, key_id);
  const before = listKeys(document).find((other) => other.key_id === rotated_from);
  const note = `${ONCE} The key before ${before === undefined ? 'opens nothing from now on' : `works until ${String(before.expires_at)}`}.`;
  return {
    lines: ['API key rotated successfully', `new_api_key: ${api_key}`, `key_id: ${key_id}`],
    note: isDisabled ? `${note} The new one is disabled, as the one before was: user enable-api-key.` : note,
  };
});

export const disable = changingKey((document, key) => {
  const isNew = setKeyDisabled(document, key, true);
  return { note: isNew ? 'The key opens nothing from now on.' : 'The key is disabled already: nothing was changed.' };
});

export const enable = changingKey((document, key) => {
  const isNew = setKeyDisabled(document, key, false);
  return { note: isNew ? 'The key is enabled.' : 'The key is enabled already: nothing was changed.' };
});

export const remove = changingKey((document, key) => {
  deleteKey(document, key);
  return { note: 'Deleted the key.' };
});

export const removeAll = changing((document, words) => {
  const count = deleteKeysOf(document, words.id(document, 'user'));
  return { note: `Deleted ${String(count)} key${count === 1 ? '' : 's'}.` };
});

export const listOfUser = listing((document, words, times) => {
  const project = words.names('project') ? words.id(document, 'project') : undefined;
  return listKeys(document, { user: words.id(document, 'user'), project }, times);
});

export const listAll = listing((document, _words, times) => listKeys(document, {}, times));

/** A list of keys, with when they were last used. */
function listing(list: (document: Json, words: Words, times: KeyUseTimes) => readonly KeySummary[]): Action {
  return async (words, { repository, io }) => {
    const scope = words.keyScope();
    const times = await repository.keyUses.load(scope);
    io.stdout(jsonText(list((await repository.read(scope)).document, words, times)));
    return EXIT.ok;
  };
}

/** What is asked for of a key; a word of its own takes a restriction away. */
function wishesIn(words: Words): KeyWishes {
  const [expiresAt, allowedIps, access] = (['expiresAt', 'allowedIps', 'access'] as const).map((option) =>
    words.optional(option),
  );
  return {
    name: words.optional('name'),
    expiresAt: expiresAt === 'never' ? null : expiresAt,
    allowedIps: allowedIps === 'any' ? null : words.list('allowedIps'),
    access: access === 'all' ? null : words.json('access'),
  };
}

const UNITS = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** Such as 90s, 30m, 24h or 7d. */
function secondsIn(text: string): number {
  const [, count, unit = 's'] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count !== undefined) return Number(count) * (UNITS.get(unit === '' ? 's' : unit) ?? 1);
  throw new InvalidArgumentError('--overlap must be a number with a unit (s, m, h or d), such as 24h.');
}

/** A change of the key that `--api-key` names. */
function changingKey(change: (document: Json, key: string, words: Words) => Told): Action {
  return async (words, { repository, io }) => {
    const key = await secretWord(words.text('apiKey'), io);
    const { result } = await repository.change((document) => change(document, key, words), undefined, { key });
    tell(result, io);
    return EXIT.ok;
  };
}
