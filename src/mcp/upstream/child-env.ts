/** What a child may know of the gateway's environment: enough to find programs and the home folder, and no secret. */
const PASSED_ON: readonly string[] = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'LANG', 'TMPDIR'];
const PASSED_ON_WINDOWS: readonly string[] = [
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATH',
  'PATHEXT',
  'PROCESSOR_ARCHITECTURE',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'TEMP',
  'TMP',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
];

/** Names and values of environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of a child: the allow-list out of `base`, then the server entry's own variables. */
export function childEnvironment(
  base: Environment,
  own: Environment,
  platform = process.platform,
): Record<string, string> {
  const allowed = new Set(platform === 'win32' ? PASSED_ON_WINDOWS : PASSED_ON);
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    // Windows compares the names of variables without case. A value that starts with "()" is a function for old shells to run.
    const key = platform === 'win32' ? name.toUpperCase() : name;
    if (value !== undefined && allowed.has(key) && !value.startsWith('()')) env[name] = value;
  }
  for (const [name, value] of Object.entries(own)) if (value !== undefined) env[name] = value;
  return env;
}
