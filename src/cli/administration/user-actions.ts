import { listKeys } from '../../config/administration/key-summary.js';
import { searchUsers } from '../../config/administration/search.js';
import {
  createUser,
  deleteUser,
  getUser,
  listProjectsOf,
  listUsers,
  updateUser,
} from '../../config/administration/users.js';
import { changing, reading } from './action.js';

export const list = reading(listUsers);

export const create = changing((document, words) => {
  const { user_id, email } = createUser(document, words.text('email'));
  return { lines: [`user_id: ${user_id}`], note: `Created user ${email}.` };
});

export const update = changing((document, words) => {
  updateUser(document, words.id(document, 'user'), words.text('newEmail'));
  return { note: `The address of the user is now ${words.text('newEmail')}.` };
});

export const get = reading((document, words) => {
  const id = words.id(document, 'user');
  return { ...getUser(document, id), api_keys: listKeys(document, { user: id }) };
});

export const listProjects = reading((document, words) => listProjectsOf(document, words.id(document, 'user')));

export const remove = changing((document, words) => {
  deleteUser(document, words.id(document, 'user'), words.flag('force'));
  return { note: 'Deleted the user.' };
});

export const search = reading((document, words) => searchUsers(document, words.text('searchTerm')));
