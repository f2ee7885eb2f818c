import {
  deleteKey,
  deleteKeysOf,
  generateKey,
  getKey,
  listKeys,
  rotateKey,
  setKeyDisabled,
} from '../../config/administration/api-keys.js';
import type { Json } from '../../config/administration/document.js';
import { EXIT } from '../cli-io.js';
import { type Action, changing, jsonText, reading, tell, type Told } from './action.js';
import { secretWord } from './secret-word.js';

const ONCE = 'This is the only time that the key is shown: only its hash is kept.';

export const generate = changing((document, words) => {
  const [name, expiresAt] = [words.optional('name'), words.optional('expiresAt')];
  const { api_key, key_id } = generateKey(document, words.id(document, 'user'), words.id(document, 'project'), {
    ...(name !== undefined && { name }),
    ...(expiresAt !== undefined && { expiresAt }),
  });
  return { lines: [`api_key: ${api_key}`, `key_id: ${key_id}`], note: ONCE };
});

export const get: Action = async (words, { repository, io }) => {
  const key = await secretWord(words.text('apiKey'), io);
  io.stdout(jsonText(getKey((await repository.read({ key })).document, key)));
  return EXIT.ok;
};

export const rotate = changingKey((document, key) => {
  const { api_key, key_id } = rotateKey(document, key);
  const isDisabled = getKey(document, key_id).disabled;
  const note = `${ONCE} The key before opens nothing from now on.`;
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

export const listOfUser = reading((document, words) =>
  listKeys(document, words.id(document, 'user'), words.names('project') ? words.id(document, 'project') : undefined),
);

export const listAll = reading((document) => listKeys(document));

/** A change of the key that `--api-key` names. */
function changingKey(change: (document: Json, key: string) => Told): Action {
  return async (words, { repository, io }) => {
    const key = await secretWord(words.text('apiKey'), io);
    const { result } = await repository.change((document) => change(document, key), undefined, { key });
    tell(result, io);
    return EXIT.ok;
  };
}
