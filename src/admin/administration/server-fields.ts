import { AdministrationError } from '../../config/administration/administration-error.js';
import { type Json, objectOf } from '../../config/administration/document.js';
import { MASK } from '../../config/administration/mask.js';
import { keepingSecrets, maskedArgs, sameTarget } from '../../config/administration/server-secrets.js';
import type { ServerFields } from '../../config/administration/servers.js';
import type { UpdateServerBody } from './servers.dto.js';

/**
 * The fields of a body over what is stored: masked values keep theirs. Values of `env` and `headers` do not go along to another command
 * or another address unless they are sent again.
 * @param server the entry as it is stored; `{}` for one that is being made
 */
export function fieldsOver(body: UpdateServerBody, server: Json): ServerFields {
  const { server_command: command, args, env, url, headers, tools, description } = body;
  if (command !== undefined && url !== undefined) {
    throw new AdministrationError(
      'invalid',
      'Send server_command (a local process) or url (a remote server), not both.',
    );
  }
  const stored = objectOf(server.config);
  const sent = present({ command, args, env, url, headers });
  const kept = keepingSecrets({ ...targetOf(sent, stored), ...sent }, stored);
  if (!sameTarget(kept, stored)) refuseMovedSecrets(sent, stored, url === undefined ? 'env' : 'headers');
  const connection = Object.entries(kept).filter(([name]) => Object.hasOwn(sent, name));
  return { ...present({ tools, description }), ...Object.fromEntries(connection) };
}

/** Where the server leads when the body does not say; the arguments may hold its address. */
function targetOf(sent: Json, stored: Json): Json {
  if (sent.url !== undefined) return {};
  if (sent.command !== undefined) return present({ args: stored.args });
  return present({ command: stored.command, args: stored.args, url: stored.url });
}

function refuseMovedSecrets(sent: Json, stored: Json, member: 'env' | 'headers'): void {
  const holds = sent[member] === undefined && Object.keys(objectOf(stored[member])).length > 0;
  const args: unknown[] = Array.isArray(stored.args) ? stored.args : [];
  const says = sent.args === undefined && sent.url === undefined && maskedArgs(args).includes(MASK);
  if (!holds && !says) return;
  throw new AdministrationError(
    'invalid',
    `The server would be another one: send "${holds ? member : 'args'}" again. Its values go to no other command or address by itself.`,
  );
}

function present(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
