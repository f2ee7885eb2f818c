import { EXIT } from '../cli-io.js';
import {
  addMember,
  assignConfig,
  configOfProject,
  createProject,
  exportProject,
  getProject,
  listMembers,
  listProjects,
  removeAllMembers,
  removeMember,
  removeProject,
  unassignConfig,
} from '../../config/administration/projects.js';
import { searchProjects } from '../../config/administration/search.js';
import { type Action, changing, reading } from './action.js';
import { deliver } from './json-files.js';

export const list = reading(listProjects);

export const create = changing((document, words) => {
  const { project_id, project_name } = createProject(document, words.text('projectName'));
  return { lines: [`project_id: ${project_id}`], note: `Created project ${project_name}.` };
});

export const assign = changing((document, words) => {
  assignConfig(document, words.id(document, 'project'), words.id(document, 'config'));
  return { note: 'The keys of the project now reach the servers of this config.' };
});

export const unassign = changing((document, words) => {
  unassignConfig(document, words.id(document, 'project'));
  return { note: 'The keys of the project now reach no server.' };
});

export const getAssigned = reading((document, words) => configOfProject(document, words.id(document, 'project')));

export const listUsers = reading((document, words) => listMembers(document, words.id(document, 'project')));

export const addUser = changing((document, words) => {
  const isNew = addMember(document, words.id(document, 'project'), words.id(document, 'user'));
  return {
    note: isNew ? 'Added the user to the project.' : 'The user is in the project already: nothing was changed.',
  };
});

export const removeUser = changing((document, words) => {
  const keys = removeMember(document, words.id(document, 'project'), words.id(document, 'user'));
  const rest =
    keys === 0
      ? ''
      : ` Keys of the user for it open nothing from now on: ${String(keys)}. Delete them: user delete-api-key.`;
  return { note: `Took the user out of the project.${rest}` };
});

export const removeAllUsers = changing((document, words) => {
  removeAllMembers(document, words.id(document, 'project'));
  return { note: 'Took all users out of the project. Their keys for it open nothing from now on.' };
});

export const get = reading((document, words) => getProject(document, words.id(document, 'project')));

export const remove = changing((document, words) => {
  removeProject(document, words.id(document, 'project'));
  return { note: 'Removed the project.' };
});

export const search = reading((document, words) => searchProjects(document, words.text('searchTerm')));

export const exportToFile: Action = async (words, desk) => {
  const { document } = await desk.repository.read(words.keyScope());
  const code = await deliver(exportProject(document, words.id(document, 'project')), words, desk);
  if (code === EXIT.ok) desk.io.stderr('It holds no keys. Secrets that stand in server entries in clear are in it.\n');
  return code;
};
