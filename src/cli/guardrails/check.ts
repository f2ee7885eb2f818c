import { readFile, stat } from 'node:fs/promises';
import { locateConfig } from '../../config/locate.js';
import { loadNamedPolicy } from '../../config/named-policy.js';
import { blockingDefaultPolicy } from '../../config/policy-resolution.js';
import type { Channel } from '../../contracts/channel.js';
import type { DetectorName } from '../../contracts/finding.js';
import type { GuardrailPolicy } from '../../contracts/server-entry.js';
import { fires, type Hit } from '../../guardrails/local/hit.js';
import { findingId } from '../../guardrails/local/rule-catalogue.js';
import { CompiledPolicy } from '../../guardrails/policy-compiler.js';
import type { CliIo } from '../cli-io.js';
import { byReason, type CheckCoverage, coverageOf } from './check-coverage.js';
import { withFile } from './file-fault.js';
import { plainText } from '../plain-text.js';

export interface CheckOptions {
  readonly text?: string;
  readonly file?: string;
  readonly stdin?: boolean;
  /** Absent = the built-in policy. */
  readonly policy?: string;
  readonly channel: Channel;
  /** File with the call or document that the text answers. */
  readonly request?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** Longest text that is checked: a policy has a budget for calls, a command line reads what it is given. */
const MAX_BYTES = 64 * 1_024 * 1_024;
/** Characters of the text shown around a finding's start. */
const SHOWN_CHARS = 60;

interface Found {
  readonly id: string;
  readonly detector: string;
  readonly category: string;
  readonly score: number;
  /** UTF-16 code units; null for a comparison, which has no place. */
  readonly start: number | null;
  readonly end: number | null;
  readonly line: number | null;
}

/** As those of `scan`: who asks whether something is there must not take a failure for an answer. */
const CODES = { clean: 0, found: 1, failed: 2 } as const;

/** `guardrails check`: one text under one policy. */
export async function check(
  options: CheckOptions,
  io: CliIo,
  input: AsyncIterable<unknown> = process.stdin,
): Promise<number> {
  try {
    return await checked(options, io, input);
  } catch (error) {
    io.stderr(`error: ${error instanceof Error ? plainText(error.message) : 'unknown failure'}\n`);
    return CODES.failed;
  }
}

async function checked(options: CheckOptions, io: CliIo, input: AsyncIterable<unknown>): Promise<number> {
  const text = await readText(options, input);
  const request = options.request === undefined ? null : await readBounded(options.request);
  const policy = await policyOf(options);
  const compiled = new CompiledPolicy(policy);
  const hits = compiled.inspectText(text, '', { channel: options.channel, server: '', tool: '' }).filter(fires);
  const pairs = comparePairs(compiled, text, request);
  const findings = [...hits.map((hit) => placed(hit, text)), ...pairs.findings];
  const coverage = coverageOf(compiled, policy, pairs.notChecked);
  if (options.json === true) {
    const { detectors, notChecked } = coverage;
    const verdict = findings.length === 0 ? 'clean' : 'found';
    const { policyName } = policy;
    io.stdout(
      `${JSON.stringify({ verdict, policy: policyName, channel: options.channel, detectors, findings, not_checked: notChecked })}\n`,
    );
  } else print({ findings, text, policy, coverage }, io);
  return findings.length === 0 ? CODES.clean : CODES.found;
}

async function policyOf({ policy, config }: CheckOptions): Promise<GuardrailPolicy> {
  if ((policy ?? 'default') === 'default' && config === undefined) return blockingDefaultPolicy();
  return loadNamedPolicy(locateConfig(config).path, policy ?? 'default');
}

async function readText({ text, file }: CheckOptions, input: AsyncIterable<unknown>): Promise<string> {
  if (text !== undefined) return text;
  if (file !== undefined) return readBounded(file);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk as Uint8Array);
    bytes += buffer.length;
    if (bytes > MAX_BYTES) throw new Error(tooLong('stdin'));
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function readBounded(file: string): Promise<string> {
  const info = await withFile(file, () => stat(file));
  if (!info.isFile()) throw new Error(`${file} is not a file; pipe it in and use --stdin`);
  if (info.size > MAX_BYTES) throw new Error(tooLong(file));
  return withFile(file, () => readFile(file, 'utf8'));
}

function tooLong(what: string): string {
  return `${what} holds more than ${String(MAX_BYTES / 1_048_576)} MiB; check it in parts`;
}

function placed(hit: Hit, text: string): Found {
  const { detector, category, score, start, end } = hit;
  const line = text.slice(0, start).split('\n').length;
  return { id: findingId(hit), detector, category, score, start, end, line };
}

interface Compared {
  readonly findings: readonly Found[];
  readonly notChecked: CheckCoverage['notChecked'];
}

const MAX_PAIR_CHARS = 65_536;

function comparePairs({ pairs }: CompiledPolicy, text: string, request: string | null): Compared {
  const findings: Found[] = [];
  const notChecked: { detector: DetectorName; reason: string }[] = [];
  for (const detector of pairs) {
    if (request === null) {
      notChecked.push({ detector: detector.name, reason: 'there is nothing to compare with; see --request' });
      continue;
    }
    const pair = { request: request.slice(0, MAX_PAIR_CHARS), answer: text.slice(0, MAX_PAIR_CHARS) };
    const result = detector.check(pair);
    if (result.outcome === 'not_checkable') notChecked.push({ detector: detector.name, reason: result.reason });
    else if (result.triggered) {
      const { category, score, rule } = result;
      findings.push({ id: rule, detector: detector.name, category, score, start: null, end: null, line: null });
    }
  }
  return { findings, notChecked };
}

interface Report {
  readonly findings: readonly Found[];
  readonly text: string;
  readonly policy: GuardrailPolicy;
  readonly coverage: CheckCoverage;
}

function print({ findings, text, policy, coverage }: Report, io: CliIo): void {
  if (findings.length > 0) {
    const width = Math.max(7, ...findings.map(({ id }) => id.length));
    io.stdout(`${'finding'.padEnd(width)}  score  place           text\n`);
    for (const { id, score, start, end, line } of findings) {
      const place = start === null ? '-' : `line ${String(line)}, ${String(start)}-${String(end)}`;
      const excerpt = start === null || end === null ? '' : text.slice(start, Math.min(end, start + SHOWN_CHARS));
      const shown = plainText(excerpt.replace(/\s+/g, ' '));
      io.stdout(`${id.padEnd(width)}  ${score.toFixed(3)}  ${place.padEnd(14)}  ${shown}\n`);
    }
    io.stdout('\n');
  }
  for (const [reason, detectors] of byReason(coverage.notChecked)) {
    io.stderr(`not checked: ${detectors.join(', ')}: ${reason}\n`);
  }
  const ran = `policy ${policy.policyName}: ${coverage.detectors.join(', ') || 'no detector'}`;
  const verdict = findings.length === 0 ? 'clean' : `found ${String(findings.length)}`;
  io.stdout(`${verdict} (${ran})\n`);
  if (findings.length > 0) io.stderr('What a finding means: secure-mcp-gateway guardrails explain <finding>\n');
}
