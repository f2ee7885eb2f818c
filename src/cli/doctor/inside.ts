import { CatalogCache } from '../../cache/catalog-cache.js';
import { GuardrailEngine } from '../../guardrails/engine.js';
import { RemoteProviders } from '../../guardrails/providers/remote-providers.js';
import { CallerAuthenticator } from '../../oauth/inbound/caller.authenticator.js';
import type { InProcessGateway } from '../in-process-gateway.js';
import { checkAuditLog } from './audit-log.check.js';
import { checkCache } from './cache.check.js';
import { warn } from './check.js';
import { checkGuardrails } from './guardrails.check.js';
import { checkIssuers } from './issuers.check.js';
import { checkCaller } from './keys.check.js';
import { checkPort } from './port.check.js';
import { checkProviders } from './providers.check.js';
import type { Report } from './report.js';
import { checkServers } from './servers.check.js';

/** The checks that need the gateway's own parts. The servers are asked while the others run, and reported last. */
export async function checkInside(
  { app, snapshot }: InProcessGateway,
  options: { readonly port: number; readonly timeoutMs: number | null },
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const servers = checkServers(app, snapshot, options.timeoutMs, signal);
  const waiting = new Set(servers.map(({ name }) => name));
  for (const { name, result } of servers) void result.then(() => waiting.delete(name));
  report.doing(() => `waiting for ${String(waiting.size)} of ${String(servers.length)}: ${[...waiting].join(', ')}`);
  const caller = await checkCaller(app.get(CallerAuthenticator));
  if (caller !== null) report.add(caller);
  report.add(await checkGuardrails(app.get(GuardrailEngine), snapshot));
  for (const check of await checkProviders(app.get(RemoteProviders), snapshot, signal)) report.add(check);
  for (const check of await checkIssuers(snapshot)) report.add(check);
  report.add(await checkCache(app.get(CatalogCache), signal));
  report.add(await checkAuditLog(snapshot.settings.auditLog));
  report.add(await checkPort(options.port, signal));
  for (const { result } of servers) {
    const check = await result;
    signal.throwIfAborted();
    report.add(check);
  }
  if (servers.length === 0)
    report.add(warn('servers', 'there are none', 'Add one: secure-mcp-gateway server add --help'));
}
