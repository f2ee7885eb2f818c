import { type CliIo, EXIT } from '../cli-io.js';
import { plainText } from '../plain-text.js';
import { type GatewayOptions, LoginClient } from './login-client.js';

export interface LogoutOptions extends GatewayOptions {
  /** Whether it is a failure when the authorization server does not take the token back. */
  readonly mustRevoke: boolean;
}

/** `oauth logout` and `oauth revoke`: the gateway forgets the login, and the authorization server is told. */
export async function logout(server: string, options: LogoutOptions, io: CliIo): Promise<number> {
  const client = await LoginClient.open(options, io);
  const { removed, revoked } = await client.giveUp(server);
  const name = plainText(server);
  if (!removed) {
    io.stdout(`There was no login for "${name}".\n`);
    return EXIT.ok;
  }
  const there = revoked
    ? 'The authorization server has taken it back.'
    : 'The authorization server was not told, or did not confirm: set OAUTH_REVOCATION_URL, or end the access there.';
  io.stdout(`Logged out of "${name}". ${there}\n`);
  return options.mustRevoke && !revoked ? EXIT.failure : EXIT.ok;
}
