import type { Json } from '../../config/administration/document.js';
import {
  deleteAdminKey,
  generateAdminKey,
  listAdminKeys,
  rotateAdminKey,
  setAdminKeyDisabled,
} from '../../config/administration/admin-keys.js';
import { EXIT } from '../cli-io.js';
import { type Action, changing, jsonText, tell, type Told } from './action.js';
import { secretWord } from './secret-word.js';

const ONCE = 'This is the only time that the key is shown: the file holds its hash.';

export const generate = changing((document, words) => {
  const { admin_api_key, key_id } = generateAdminKey(document, {
    role: words.text('role'),
    name: words.optional('name'),
    expiresAt: words.optional('expiresAt'),
  });
  return { lines: [`admin_api_key: ${admin_api_key}`, `key_id: ${key_id}`], note: ONCE };
}, 'none');

export const list: Action = async (_words, { repository, io }) => {
  const times = await repository.keyUses.load('admin');
  io.stdout(jsonText(listAdminKeys((await repository.read('none')).document, times)));
  return EXIT.ok;
};

export const rotate = changingKey((document, key) => {
  const { admin_api_key, key_id } = rotateAdminKey(document, key);
  return {
    lines: [`new_admin_api_key: ${admin_api_key}`, `key_id: ${key_id}`],
    note: `${ONCE} The key before opens nothing from now on.`,
  };
});

export const disable = changingKey((document, key) => {
  const isNew = setAdminKeyDisabled(document, key, true);
  return { note: isNew ? 'The key opens nothing from now on.' : 'The key is disabled already: nothing was changed.' };
});

export const enable = changingKey((document, key) => {
  const isNew = setAdminKeyDisabled(document, key, false);
  return { note: isNew ? 'The key is enabled.' : 'The key is enabled already: nothing was changed.' };
});

export const remove = changingKey((document, key) => {
  deleteAdminKey(document, key);
  return { note: 'Deleted the key.' };
});

/** A change of the key that `--admin-key` names. */
function changingKey(change: (document: Json, key: string) => Told): Action {
  return async (words, { repository, io }) => {
    const key = await secretWord(words.text('adminKey'), io);
    const { result } = await repository.change((document) => change(document, key), undefined, 'none');
    tell(result, io);
    return EXIT.ok;
  };
}
