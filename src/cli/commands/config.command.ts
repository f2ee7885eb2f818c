import type { AddCommand } from '../command-context.js';
import { addConfigHashKeys } from './config-hash-keys.command.js';
import { addConfigMigrate } from './config-migrate.command.js';
import { addConfigValidate } from './config-validate.command.js';

export const addConfig: AddCommand = (program, context) => {
  const group = program.command('config').description('look after the config file');
  for (const add of [addConfigValidate, addConfigMigrate, addConfigHashKeys]) add(group, context);
};
