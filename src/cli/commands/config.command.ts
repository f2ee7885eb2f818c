import type { AddCommand } from '../command-context.js';
import { addConfigEntities } from './config-entities.command.js';
import { addConfigHashKeys } from './config-hash-keys.command.js';
import { addConfigMigrate } from './config-migrate.command.js';
import { addConfigServers } from './config-servers.command.js';
import { addConfigSettings } from './config-settings.command.js';
import { addConfigValidate } from './config-validate.command.js';

export const addConfig: AddCommand = (program, context) => {
  const group = program
    .command('config')
    .description('look after the config file, and the configs (lists of servers) in it');
  group.commandsGroup('The file:');
  for (const add of [addConfigValidate, addConfigMigrate, addConfigHashKeys]) add(group, context);
  group.commandsGroup('Configs:');
  addConfigEntities(group, context);
  group.commandsGroup('Servers of a config (see also: server):');
  addConfigServers(group, context);
  group.commandsGroup('Settings:');
  addConfigSettings(group, context);
};
