import {
  addConfig,
  copyConfig,
  exportConfig,
  getConfig,
  importConfig,
  listConfigs,
  projectsUsing,
  removeConfig,
  renameConfig,
} from '../../config/administration/configs.js';
import type { ConfigRef } from '../../config/administration/configs.js';
import type { Json } from '../../config/administration/document.js';
import { savedMcpConfig } from '../../config/administration/saved-document.js';
import { searchConfigs } from '../../config/administration/search.js';
import { EXIT } from '../cli-io.js';
import { changing, reading, tell, type Told } from './action.js';
import type { Action } from './action.js';
import { deliver, readObject } from './json-files.js';
import { rehearse, tellNotes } from './rehearsal.js';

export const list = reading(listConfigs, 'none');

export const add = changing((document, words) => made(addConfig(document, words.text('configName')), 'Added'));

export const copy = changing(
  (document, words) => made(copyConfig(document, words.text('sourceConfig'), words.text('targetConfig')), 'Added'),
  'none',
);

export const rename = changing((document, words) => {
  renameConfig(document, words.id(document, 'config'), words.text('newName'));
  return { note: `The config is now called ${words.text('newName')}.` };
});

export const listProjects = reading((document, words) => projectsUsing(document, words.id(document, 'config')));

export const get = reading((document, words) => getConfig(document, words.id(document, 'config')));

export const remove = changing((document, words) => {
  removeConfig(document, words.id(document, 'config'));
  return { note: 'Removed the config.' };
});

export const search = reading((document, words) => searchConfigs(document, words.text('searchTerm')), 'none');

export const exportToFile: Action = async (words, desk) => {
  const { document } = await desk.repository.read('none');
  return deliver(exportConfig(document, words.id(document, 'config')), words, desk);
};

export const importFromFile: Action = async (words, desk) => {
  const { repository, io } = desk;
  const exported = await readObject(words.text('inputFile'));
  const name = words.text('configName');
  const source = words.optional('sourceConfig');
  tellNotes(savedMcpConfig(exported, source).notes, io);
  const change = (document: Json): Told => made(importConfig(document, name, exported, source), 'Imported');
  if (words.flag('dryRun')) return rehearse((await repository.read('none')).document, change, desk);
  const { result } = await repository.change(change, undefined, 'none');
  tell(result, io);
  return EXIT.ok;
};

function made({ config_id, config_name }: ConfigRef, done: string): Told {
  return { lines: [`mcp_config_id: ${config_id}`], note: `${done} config ${config_name}.` };
}
