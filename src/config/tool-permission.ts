import type { McpConfig, ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';
import { coversTool } from '../glob.js';
import { shownName } from './tool-override.js';
import { letsThrough } from './narrowed-config.js';

/** Whether a tool may be listed and called: by the allow-list, by what the caller's access lets through, and not disabled. */
export function allowed(server: ServerEntry, toolName: string): boolean {
  return isOpen(server, toolName) && toolDisabled(server, toolName) === undefined;
}

/** The project's allow-list for this server (an empty `tools` in the config means all), and what the caller's access lets through. */
export function isOpen(server: ServerEntry, toolName: string): boolean {
  if (server.allowedTools !== null) return server.allowedTools.has(toolName);
  return server.access === undefined || server.access.every((list) => letsThrough(list, toolName));
}

/** What a caller who may call the tool otherwise is told; undefined = it is not disabled. */
export function toolDisabled(server: ServerEntry, toolName: string): GatewayError | undefined {
  if (server.disabledTools === undefined) return undefined;
  for (const [glob, reason] of server.disabledTools) {
    if (coversTool(glob, toolName))
      return disabled(`Tool '${shownName(server, toolName) ?? toolName}' of server '${server.name}'`, reason);
  }
  return undefined;
}

/** The same of a server. */
export function serverDisabled(config: McpConfig, serverName: string): GatewayError | undefined {
  const reason = config.disabled?.get(serverName);
  return reason === undefined ? undefined : disabled(`Server '${serverName}'`, reason);
}

/**
 * Whether a call that was let in a while ago may still go out.
 * @param config what its caller may reach now
 * @throws GatewayError disabled, forbidden
 */
export function refuseClosed(config: McpConfig, server: ServerEntry, toolName: string): void {
  const current = config.servers.get(server.name);
  // The same object: no reload has come in between.
  if (current === server) return;
  if (current === undefined) throw serverDisabled(config, server.name) ?? closedMeanwhile();
  if (!isOpen(current, toolName)) throw closedMeanwhile();
  const off = toolDisabled(current, toolName);
  if (off !== undefined) throw off;
}

/**
 * Whether the server's prompts and resources may be seen and used. They are on no allow-list: where somebody has chosen among the tools of a
 * server, they are open only if its config says so, and never to those whose access to the server was restricted.
 */
export function offersOpen({ access, allowedTools, promptsAndResources }: ServerEntry): boolean {
  if (access !== undefined) return false;
  return promptsAndResources ?? allowedTools === null;
}

/** As refuseClosed, of a prompt or resource. @throws GatewayError disabled, forbidden */
export function refuseClosedOffers(config: McpConfig, server: ServerEntry): void {
  const current = config.servers.get(server.name);
  if (current === server) return;
  if (current === undefined) throw serverDisabled(config, server.name) ?? closedMeanwhile();
  if (!offersOpen(current)) throw closedMeanwhile();
}

function disabled(what: string, reason: string): GatewayError {
  const why = reason === '' ? '' : `: ${reason}`;
  return new GatewayError('disabled', `${what} was disabled by an administrator${why}${/[.!?]$/.test(why) ? '' : '.'}`);
}

function closedMeanwhile(): GatewayError {
  return new GatewayError('forbidden', 'The tool was taken from this key while the call was under way.');
}
