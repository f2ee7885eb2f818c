// What loading every detector takes: milliseconds and resident memory, from modules that are not there to the first checked text.
import { GuardrailEngine } from '../../dist/guardrails/engine.js';
import { EVERYTHING, policyOf } from './policies.mjs';

const TEXT = 'The quarterly report is ready; please read it and answer until Friday.';
const context = { channel: 'result', server: 'bench', tool: 'bench' };
const body = { kind: 'result', result: { content: [{ type: 'text', text: TEXT }] } };
const rssMb = () => {
  globalThis.gc();
  return process.memoryUsage().rss / 1_048_576;
};

const engine = new GuardrailEngine();
await engine.inspectOutput(policyOf({ keyword_detector: { bannedKeywords: ['x'] } }), body, null, context);
const before = rssMb();
const start = performance.now();
await engine.inspectOutput(policyOf(EVERYTHING), body, null, context);
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, rssMb: rssMb() - before }));
