import type { ConfigSnapshot } from '../../config/snapshot.js';
import type { RemoteCheck } from '../../contracts/remote-check.js';
import { type FailureReason, ProviderFailure } from '../../guardrails/providers/provider-failure.js';
import type { RemoteProviders } from '../../guardrails/providers/remote-providers.js';
import { type Check, fail, ok, warn } from './check.js';

const WHERE = 'plugins.guardrails.config';

const REMEDIES: Partial<Record<FailureReason, string>> = {
  unauthorized: `Put the key of the service into api_key of ${WHERE}, or into the variable or file that it refers to.`,
  refused: `Look at base_url in ${WHERE} and at policy_name: the service has to know the policy.`,
  unreachable: `Look at base_url in ${WHERE}, and whether this machine may reach it: DNS, firewall, proxy.`,
  timeout: `Look whether the service is well; timeout in ${WHERE} is how long it is waited for.`,
};
const OTHER_REMEDY = `Look at base_url in ${WHERE}: what answers there does not speak as the service should.`;

/** Every remote policy in use, asked about a harmless text: whether the service can be reached, takes the key and knows the policy. */
export async function checkProviders(
  providers: RemoteProviders,
  snapshot: ConfigSnapshot,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  const checks = new Map<string, RemoteCheck>();
  for (const { servers } of snapshot.configs.values()) {
    for (const server of servers.values()) {
      const policies = [server, ...(server.toolPolicies ?? [])].flatMap((part) => [
        part.inputPolicy,
        part.outputPolicy,
      ]);
      for (const check of [...policies, server.definitionPolicy].flatMap((policy) => policy?.remote ?? [])) {
        checks.set(`${check.provider.hash} ${check.policyName}`, check);
      }
    }
  }
  return Promise.all([...checks.values()].map((check) => checkProvider(providers, check, signal)));
}

async function checkProvider(providers: RemoteProviders, check: RemoteCheck, signal: AbortSignal): Promise<Check> {
  const { provider, policyName, failOpen } = check;
  const name = `guardrail provider ${provider.name}`;
  try {
    await providers.of(provider).probe(policyName, signal);
    return ok(name, `answers at ${new URL(provider.url).origin} for policy ${policyName}`);
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const remedy = REMEDIES[error.reason] ?? OTHER_REMEDY;
    const detail = `policy ${policyName}: ${error.message}`;
    return failOpen
      ? warn(name, `${detail}; it fails open, so nothing is checked by it`, remedy)
      : fail(name, `${detail}; calls under it are refused`, remedy);
  }
}
