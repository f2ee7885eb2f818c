import type { GuardrailPolicy } from '../contracts/server-entry.js';
import type { CheckContext } from '../guardrails/check-context.js';
import type { InputDecision } from '../guardrails/engine.js';
import { ProviderRecord } from '../guardrails/providers/provider-record.js';
import { RemoteChecks } from '../guardrails/providers/remote-checks.js';
import { RemoteProviders } from '../guardrails/providers/remote-providers.js';

/** A hook's process counts nothing; its audit line has the verdict. */
class Unrecorded extends ProviderRecord {
  ended(): void {
    // Nobody reads the counters of a process that ends now.
  }
}

/** Asks the remote providers of a policy for one event, and closes the connections, so that the process can end. */
export async function askProviders(
  policy: GuardrailPolicy,
  context: CheckContext,
  local: InputDecision,
  ms: number,
): Promise<InputDecision> {
  const providers = new RemoteProviders();
  try {
    return await new RemoteChecks(providers, new Unrecorded()).input(policy, context, local, { ms });
  } finally {
    await providers.onApplicationShutdown();
  }
}
