import type { KeyRefusalReason, RefusalReason } from '../oauth/inbound/api-key.authenticator.js';

interface Refusal {
  readonly what: string;
  readonly remedy: string;
}

/** Why a key opens nothing, and what to do. For whoever has the config file; at the doors, one text stands for all of these. */
const KEY_REFUSALS: Readonly<Record<KeyRefusalReason, Refusal>> = {
  no_key: { what: 'holds no key', remedy: 'Set it to a gateway key.' },
  unknown_key: {
    what: 'is not a key of this config',
    remedy: 'Use a key of this config file, or name its file with --config.',
  },
  disabled: { what: 'is disabled', remedy: 'Set disabled to false in apikeys, or use another key.' },
  user_disabled: { what: 'is of a user who is disabled', remedy: 'Enable the user: user enable.' },
  project_disabled: { what: 'is of a project that is disabled', remedy: 'Enable the project: project enable.' },
  expired: { what: 'has expired', remedy: 'Move its expires_at in apikeys, or use another key.' },
  not_a_member: { what: 'is of a user who is not in its project', remedy: 'Add the user to users of the project.' },
  no_project: { what: 'is of a project that does not exist', remedy: 'Add the project, or use another key.' },
  no_user: { what: 'is of a user who does not exist', remedy: 'Add the user, or use another key.' },
  address: {
    what: 'may be used from other addresses only',
    remedy: 'Add 127.0.0.1 to its allowed_ips in apikeys, or use another key.',
  },
  ids_disagree: {
    what: 'does not agree with ENKRYPT_PROJECT_ID or ENKRYPT_USER_ID',
    remedy: 'Unset these two, or set them to the ids of the key.',
  },
};

/** The same for every kind of credential. */
export function refusalOf(reason: RefusalReason): Refusal {
  if (reason in KEY_REFUSALS) return KEY_REFUSALS[reason as KeyRefusalReason];
  return {
    what: `is an access token that is not taken (${reason})`,
    remedy: 'docs/oauth.md says what each reason means.',
  };
}
