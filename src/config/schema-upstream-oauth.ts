import * as z from 'zod';
import { nonEmpty } from './schema-rules.js';

/** How a client may prove who it is; the names of RFC 7591 and RFC 8705. */
const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'none',
] as const;

/** A day: nobody needs a token renewed earlier. */
const MAX_BUFFER_S = 86_400;

const text = () => z.string().nullable().optional();
const flag = () => z.boolean().nullable().optional();
const texts = () => z.record(nonEmpty(), z.string()).nullable().optional();

/**
 * `oauth_config` of a server: names and types of the reference (compatibility contract §8.1), null = left out. What goes together with
 * what is judged by resolveOAuth, and only when `enabled` is true.
 */
export const oauthSchema = z.strictObject({
  enabled: z.boolean().default(false),
  is_remote: flag(),
  OAUTH_VERSION: z.enum(['2.0', '2.1']).default('2.0'),
  OAUTH_GRANT_TYPE: z.enum(['client_credentials', 'authorization_code']).default('client_credentials'),
  OAUTH_ISSUER: text(),
  OAUTH_CLIENT_ID: text(),
  OAUTH_CLIENT_SECRET: text(),
  OAUTH_CLIENT_AUTH_METHOD: z.enum(CLIENT_AUTH_METHODS).nullable().optional(),
  OAUTH_PRIVATE_KEY_PATH: text(),
  OAUTH_PRIVATE_KEY_ID: text(),
  OAUTH_TOKEN_URL: text(),
  OAUTH_AUTHORIZATION_URL: text(),
  OAUTH_REDIRECT_URI: text(),
  OAUTH_AUDIENCE: text(),
  OAUTH_ORGANIZATION: text(),
  OAUTH_SCOPE: text(),
  OAUTH_RESOURCE: text(),
  OAUTH_USE_PKCE: flag(),
  OAUTH_CODE_CHALLENGE_METHOD: z.enum(['S256', 'plain']).nullable().optional(),
  OAUTH_STATE: text(),
  OAUTH_CODE_VERIFIER: text(),
  OAUTH_CODE_CHALLENGE: text(),
  OAUTH_TOKEN_EXPIRY_BUFFER: z.number().min(0).max(MAX_BUFFER_S).default(300),
  OAUTH_USE_BASIC_AUTH: flag(),
  OAUTH_ENFORCE_HTTPS: flag(),
  OAUTH_TOKEN_IN_HEADER_ONLY: flag(),
  OAUTH_VALIDATE_SCOPES: flag(),
  OAUTH_USE_MTLS: flag(),
  OAUTH_CLIENT_CERT_PATH: text(),
  OAUTH_CLIENT_KEY_PATH: text(),
  OAUTH_CA_BUNDLE_PATH: text(),
  OAUTH_REVOCATION_URL: text(),
  OAUTH_ADDITIONAL_PARAMS: texts(),
  OAUTH_CUSTOM_HEADERS: texts(),
});

export type OAuthSection = z.output<typeof oauthSchema>;
