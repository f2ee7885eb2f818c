import { parentPort } from 'node:worker_threads';
import { GatewayError } from '../errors.js';
import { CompiledPolicy } from './policy-compiler.js';
import { type ScanAnswer, type ScanJob, scanAll } from './scan-job.js';

/** Body of a scan thread: one job after the other, with policies made from the options that came along. */
const policies = new Map<number, CompiledPolicy>();

function answerTo(job: ScanJob): ScanAnswer {
  const { id, context, texts } = job;
  try {
    return { id, result: scanAll(policyOf(job), texts, context) };
  } catch (error) {
    const failure =
      error instanceof GatewayError ? error.message : 'A guardrail check failed, so the call was refused.';
    return { id, failure };
  }
}

function policyOf({ policy: number, detectors, forgetsOthers }: ScanJob): CompiledPolicy {
  if (forgetsOthers) policies.clear();
  if (detectors !== null) {
    const policy = { policyName: '', detectors, block: new Set<never>(), redactPii: false };
    policies.set(number, new CompiledPolicy(policy));
  }
  const policy = policies.get(number);
  if (policy === undefined) throw new GatewayError('internal', 'The scan thread does not know the policy.');
  return policy;
}

parentPort?.on('message', (job: ScanJob) => {
  parentPort?.postMessage(answerTo(job));
});
