import { spawn } from 'node:child_process';

/** What opens an address on each system; the address is an argument of its own and passes through no shell. */
const OPENERS = new Map<string, readonly [string, ...string[]]>([
  ['darwin', ['open']],
  ['win32', ['rundll32', 'url.dll,FileProtocolHandler']],
]);
const LINUX = ['xdg-open'] as const;

/** Tries to show an address in the person's browser; whoever has none opens it by hand. */
export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): void {
  const { protocol } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return;
  const [command, ...args] = OPENERS.get(platform) ?? LINUX;
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}
