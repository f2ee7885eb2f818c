import * as z from 'zod';
import { GatewayError } from '../errors.js';

/** An empty variable counts as unset: that is what `NAME= command` and an unset compose variable leave behind. */
const text = z
  .string()
  .optional()
  .transform((value) => (value === undefined || value === '' ? undefined : value));

const credential = text.refine((value) => value === undefined || !/[\p{Cc}\s]/u.test(value), {
  error: 'must not hold spaces, line breaks or control characters',
});

const locationSchema = z.object({ ENKRYPT_CONFIG: text });

const credentialsSchema = z.object({
  ENKRYPT_GATEWAY_KEY: credential,
  ENKRYPT_PROJECT_ID: credential,
  ENKRYPT_USER_ID: credential,
});

const databaseSchema = z.object({ ENKRYPT_DATABASE_URL: text, ENKRYPT_DATABASE_URL_FILE: text });

/** Variables that no config may refer to: what they hold opens every key and every secret of the gateway. */
const WITHHELD: ReadonlySet<string> = new Set(Object.keys(databaseSchema.shape));

/** Where the URL of the database stands; both undefined = the config is kept in a file. */
export interface DatabaseUrlSource {
  readonly url: string | undefined;
  /** Path of a file that holds nothing but the URL. */
  readonly file: string | undefined;
}

/** Credentials of the stdio door; the HTTP door never looks at the environment. */
export interface EnvironmentCredentials {
  readonly key: string | undefined;
  readonly projectId: string | undefined;
  readonly userId: string | undefined;
}

/** `ENKRYPT_CONFIG`: path of the config file; undefined when unset or empty. */
export function configPathFromEnvironment(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return parse(locationSchema, environment).ENKRYPT_CONFIG;
}

/** `ENKRYPT_DATABASE_URL` or `ENKRYPT_DATABASE_URL_FILE`. @throws GatewayError `config_invalid` when both are set */
export function databaseUrlSource(environment: NodeJS.ProcessEnv = process.env): DatabaseUrlSource {
  const { ENKRYPT_DATABASE_URL: url, ENKRYPT_DATABASE_URL_FILE: file } = parse(databaseSchema, environment);
  if (url === undefined || file === undefined) return { url, file };
  throw new GatewayError('config_invalid', 'Set ENKRYPT_DATABASE_URL or ENKRYPT_DATABASE_URL_FILE, not both.');
}

/**
 * The three credentials of the stdio door.
 * @throws GatewayError `config_invalid`, naming the variable and never its value
 */
export function credentialsFromEnvironment(environment: NodeJS.ProcessEnv = process.env): EnvironmentCredentials {
  const found = parse(credentialsSchema, environment);
  return { key: found.ENKRYPT_GATEWAY_KEY, projectId: found.ENKRYPT_PROJECT_ID, userId: found.ENKRYPT_USER_ID };
}

/** One variable by name, for `${env:NAME}` in the config file; undefined when unset, while an empty one is a value. */
export function environmentVariable(name: string): string | undefined {
  return WITHHELD.has(name) ? undefined : process.env[name];
}

function parse<T>(schema: z.ZodType<T>, environment: NodeJS.ProcessEnv): T {
  const result = schema.safeParse(environment);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
  throw new GatewayError('config_invalid', `Environment variable ${faults.join('; ')}.`);
}
