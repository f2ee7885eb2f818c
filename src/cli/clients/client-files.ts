import { posix, win32 } from 'node:path';

/** MCP clients that `install` knows, as `--client` names them. */
export const CLIENTS = ['claude-desktop', 'claude-code', 'cursor', 'vscode'] as const;
export type Client = (typeof CLIENTS)[number];

/** The machine a path is computed for; nothing here is read from the machine itself. */
export interface ClientHost {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute home folder of the user. */
  readonly home: string;
  /** Names of the folders in `%LOCALAPPDATA%\Packages`; empty elsewhere than on Windows. */
  readonly packages: readonly string[];
}

/** Where a client keeps its MCP servers and its hooks; absolute paths in the notation of the host. */
export interface ClientFiles {
  readonly servers: string;
  /** The member of that file that holds the servers by name. */
  readonly section: 'mcpServers' | 'servers';
  /** null = the client has no hooks that the gateway can serve. */
  readonly hooks: string | null;
}

/** The files of a client for the user's whole account. */
export function clientFiles(client: Client, host: ClientHost): ClientFiles {
  const paths = pathsOf(host);
  switch (client) {
    case 'claude-desktop':
      return {
        servers: paths.join(claudeDesktopFolder(host), 'claude_desktop_config.json'),
        section: 'mcpServers',
        hooks: null,
      };
    case 'claude-code': {
      // With CLAUDE_CONFIG_DIR both files move there; without it only the settings live in ~/.claude.
      const moved = absolute(host, 'CLAUDE_CONFIG_DIR');
      return {
        servers: paths.join(moved ?? host.home, '.claude.json'),
        section: 'mcpServers',
        hooks: paths.join(moved ?? paths.join(host.home, '.claude'), 'settings.json'),
      };
    }
    case 'cursor':
      return {
        servers: paths.join(host.home, '.cursor', 'mcp.json'),
        section: 'mcpServers',
        hooks: paths.join(host.home, '.cursor', 'hooks.json'),
      };
    case 'vscode':
      return {
        servers: paths.join(applicationData(host), 'Code', 'User', 'mcp.json'),
        section: 'servers',
        hooks: null,
      };
  }
}

/** `%LOCALAPPDATA%\Packages`, where Windows keeps the data of packaged applications. */
export function packagesFolder(host: Omit<ClientHost, 'packages'>): string {
  return win32.join(absolute(host, 'LOCALAPPDATA') ?? win32.join(host.home, 'AppData', 'Local'), 'Packages');
}

/** Claude Desktop is an MSIX package on Windows since 2026; such an application never sees %APPDATA% itself, only its own copy. */
function claudeDesktopFolder(host: ClientHost): string {
  const name = [...host.packages].sort().find((entry) => /^Claude_[0-9a-z]+$/i.test(entry));
  if (host.platform === 'win32' && name !== undefined) {
    return win32.join(packagesFolder(host), name, 'LocalCache', 'Roaming', 'Claude');
  }
  return pathsOf(host).join(applicationData(host), 'Claude');
}

/** Where Electron applications keep their files. */
function applicationData(host: ClientHost): string {
  const paths = pathsOf(host);
  switch (host.platform) {
    case 'win32':
      return absolute(host, 'APPDATA') ?? paths.join(host.home, 'AppData', 'Roaming');
    case 'darwin':
      return paths.join(host.home, 'Library', 'Application Support');
    default:
      return absolute(host, 'XDG_CONFIG_HOME') ?? paths.join(host.home, '.config');
  }
}

/** A variable that holds an absolute path; anything else counts as unset (XDG base directory specification). */
function absolute(host: Omit<ClientHost, 'packages'>, name: string): string | undefined {
  const value = host.environment[name];
  return value !== undefined && pathsOf(host).isAbsolute(value) ? value : undefined;
}

function pathsOf(host: Pick<ClientHost, 'platform'>): typeof posix {
  return host.platform === 'win32' ? win32 : posix;
}
