import { McpCall } from '../contracts/mcp-call.js';
import { type McpReply, openReply } from '../contracts/mcp-reply.js';
import type { Principal } from '../contracts/principal.js';
import type { GuardrailPolicy, ServerEntry } from '../contracts/server-entry.js';
import { GatewayError } from '../errors.js';
import type { ProxyService } from './proxy.service.js';

const BLOCKED_IN = 'canary refused before the call';
const BLOCKED_OUT = 'canary withheld after the call';

function policy(keyword: string): GuardrailPolicy {
  return {
    policyName: 'canary',
    detectors: { keyword_detector: { bannedKeywords: [keyword] } },
    block: new Set(['keyword_detector'] as const),
    redactPii: false,
  };
}

const SERVER: ServerEntry = {
  name: 'canary',
  description: 'Start-up self-test',
  connection: { kind: 'canary' },
  configHash: 'canary',
  affinity: 'principal',
  allowedTools: null,
  inputPolicy: policy(BLOCKED_IN),
  outputPolicy: policy(BLOCKED_OUT),
  definitionPolicy: null,
  checksServerInfo: false,
  pinning: null,
};

const PRINCIPAL: Principal = {
  keyId: 'canary',
  userId: 'canary',
  projectId: 'canary',
  configId: 'canary',
  tenant: 'canary_canary_canary',
  scopes: [],
  expiresAt: null,
};

/**
 * Proves at start-up that both interceptors and both seals are in force; the gateway does not start otherwise. The guard has no say
 * here: the canary is nobody's key (GuardedProxy checks that the guard is there).
 * Nest skips interceptors without a word when a class is provided the wrong way, and everything would still answer.
 * @throws GatewayError unsealed
 */
export async function runCanary(guarded: (call: McpCall) => Promise<McpReply>, proxy: ProxyService): Promise<void> {
  const clean = openReply(await guarded(canaryCall('canary sings')));
  expect(clean.kind === 'result', 'a clean call was not answered');
  const refused = openReply(await guarded(canaryCall(BLOCKED_IN)));
  expect(refused.kind === 'blocked_input', 'a call with a banned word was not blocked');
  const withheld = openReply(await guarded(canaryCall(BLOCKED_OUT)));
  expect(withheld.kind === 'blocked_output', 'an answer with a banned word was not withheld');
  let reached = true;
  try {
    await proxy.call(canaryCall('canary without a seal'));
  } catch (error) {
    reached = !(error instanceof GatewayError && error.code === 'unsealed');
  }
  expect(!reached, 'the proxy accepted a call without a seal');
}

function canaryCall(message: string): McpCall {
  return new McpCall({
    principal: PRINCIPAL,
    era: '2025',
    method: 'tools/call',
    server: SERVER,
    target: 'echo',
    params: { name: 'echo', arguments: { message } },
    clientSessionId: null,
    signal: new AbortController().signal,
  });
}

function expect(holds: boolean, what: string): void {
  if (!holds)
    throw new GatewayError('unsealed', `The guardrail self-test failed: ${what}. The gateway does not start.`);
}
