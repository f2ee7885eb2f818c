import {
  type Switch,
  switchProject,
  switchServer,
  switchTool,
  switchUser,
} from '../../config/administration/kill-switch.js';
import type { Json } from '../../config/administration/document.js';
import { type Action, changing } from './action.js';
import type { Words } from './words.js';

/** A pair of commands: one that disables, with a reason if wanted, and one that enables. */
function pair(what: string, apply: (document: Json, words: Words, to: Switch) => boolean): [Action, Action] {
  const set = (verb: 'disabled' | 'enabled'): Action =>
    changing((document, words) => {
      const to: Switch =
        verb === 'disabled' ? { disabled: true, reason: words.optional('reason') } : { disabled: false };
      const isNew = apply(document, words, to);
      return { note: isNew ? `The ${what} is ${verb}.` : `The ${what} is ${verb} already: nothing was changed.` };
    });
  return [set('disabled'), set('enabled')];
}

export const [disableUser, enableUser] = pair('user', (document, words, to) =>
  switchUser(document, words.id(document, 'user'), to),
);

export const [disableProject, enableProject] = pair('project', (document, words, to) =>
  switchProject(document, words.id(document, 'project'), to),
);

export const [disableServer, enableServer] = pair('server', (document, words, to) =>
  switchServer(document, words.id(document, 'config'), words.text('serverName'), to),
);

export const [disableTool, enableTool] = pair('tool', (document, words, to) => {
  const place = {
    config: words.id(document, 'config'),
    server: words.text('serverName'),
    tool: words.text('toolName'),
  };
  return switchTool(document, place, to);
});
