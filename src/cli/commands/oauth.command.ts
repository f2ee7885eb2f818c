import type { Command } from 'commander';
import type { AddCommand } from '../command-context.js';
import type { LoginOptions } from '../oauth/login.js';
import type { GatewayOptions } from '../oauth/login-client.js';
import type { StatusOptions } from '../oauth/status.js';
import { parseFile, parseHttpUrl, parseVariable } from '../parse-options.js';

/** A person's own logins at the servers of a running gateway. */
export const addOAuth: AddCommand = (program, context) => {
  const group = program.command('oauth').description('log in to servers that need your account, and out again');
  for (const add of [addLogin, addStatus, addLogout, addRevoke, addCallbackPage]) add(group, context);
};

const KEY_HELP = `
The gateway must be running. Your gateway key comes from --key-env or --key-file, else from ENKRYPT_GATEWAY_KEY.`;

function withGateway(command: Command): Command {
  return command
    .option('-u, --url <url>', 'where the gateway is', parseHttpUrl, 'http://127.0.0.1:8000')
    .option('--key-env <name>', 'take the gateway key from this environment variable', parseVariable)
    .option('--key-file <file>', 'take the gateway key from this file', parseFile);
}

const addLogin: AddCommand = (group, { io, outcome }) => {
  withGateway(group.command('login').description('log in for a server; opens your browser'))
    .argument('<server>', 'name of the server')
    .option('--no-browser', 'only print the address')
    .option('--manual', 'the browser is on another machine: paste the address at which it ended')
    .addHelpText(
      'after',
      `${KEY_HELP}
Where the redirect URI of the server is not this gateway, the answer is taken over by this command: it listens at an address of this
machine, or asks you to paste what the page at that address shows.

Examples:
  $ secure-mcp-gateway oauth login crm
  $ secure-mcp-gateway oauth login crm --url https://mcp.example.com --manual`,
    )
    .action(async (server: string, options: LoginOptions) => {
      const { login } = await import('../oauth/login.js');
      outcome.code = await login(server, options, io);
    });
};

const addStatus: AddCommand = (group, { io, outcome }) => {
  withGateway(group.command('status').description('what your servers have of tokens; never the tokens'))
    .option(
      '--json',
      'print {tokens: [{server, grant, place, state, scopes, expires_at, refreshable, last_error}]} on stdout',
    )
    .addHelpText('after', `${KEY_HELP}\n\nExample:\n  $ secure-mcp-gateway oauth status`)
    .action(async (options: StatusOptions) => {
      const { status } = await import('../oauth/status.js');
      outcome.code = await status(options, io);
    });
};

const addLogout: AddCommand = (group, { io, outcome }) => {
  withGateway(group.command('logout').description('forget your login for a server and tell the authorization server'))
    .argument('<server>', 'name of the server')
    .addHelpText('after', `${KEY_HELP}\n\nExample:\n  $ secure-mcp-gateway oauth logout crm`)
    .action(async (server: string, options: GatewayOptions) => {
      const { logout } = await import('../oauth/logout.js');
      outcome.code = await logout(server, { ...options, mustRevoke: false }, io);
    });
};

const addRevoke: AddCommand = (group, { io, outcome }) => {
  withGateway(
    group
      .command('revoke')
      .description('the same as logout, and a failure when the authorization server does not confirm (RFC 7009)'),
  )
    .argument('<server>', 'name of the server')
    .addHelpText('after', `${KEY_HELP}\n\nExample:\n  $ secure-mcp-gateway oauth revoke crm`)
    .action(async (server: string, options: GatewayOptions) => {
      const { logout } = await import('../oauth/logout.js');
      outcome.code = await logout(server, { ...options, mustRevoke: true }, io);
    });
};

const addCallbackPage: AddCommand = (group, { io }) => {
  group
    .command('callback-page')
    .description('print a page to host at a redirect URI of your own; it shows what to paste')
    .addHelpText(
      'after',
      `
For gateways that no browser reaches. The page is one file without secrets; what it shows stays in the browser.

Example:
  $ secure-mcp-gateway oauth callback-page > index.html`,
    )
    .action(async () => {
      const { htmlOf } = await import('../../oauth/upstream/login/page.js');
      const { carriedByHandPage } = await import('../../oauth/upstream/login/login-pages.js');
      io.stdout(htmlOf(carriedByHandPage));
    });
};
