import { readFile } from 'node:fs/promises';
import { pemFromEnvironment } from '../../config/audit-signing.js';
import { GatewayError } from '../../errors.js';
import { keptHeads } from '../../telemetry/chain/chain-claim.js';
import type { ChainHead } from '../../telemetry/chain/chain-sealer.js';
import { keyId, readPublicKey } from '../../telemetry/chain/signing-key.js';
import { type CliIo, EXIT } from '../cli-io.js';
import { plainLine } from '../plain-text.js';
import { auditFiles } from './audit-place.js';
import { ChainCheck } from './chain-check.js';
import type { ChainProgress } from './chain-progress.js';
import type { ChainFault } from './chain-fault.js';
import { readLines } from './read-lines.js';

export interface VerifyOptions {
  readonly config?: string;
  readonly key: readonly string[];
  readonly head: readonly ChainHead[];
  readonly maxAge?: number;
  readonly partial?: boolean;
  readonly json?: boolean;
}

/** Faults that a terminal is shown. */
const MAX_SHOWN = 20;

/** `audit verify`: checks every chain in the files, offline. */
export async function verifyAudit(files: readonly string[], options: VerifyOptions, io: CliIo): Promise<number> {
  const paths = await auditFiles(files, options.config);
  const check = new ChainCheck({
    trustedKeys: await trustedKeys(options.key, paths),
    // Before the files are read: a gateway may be writing.
    expectedHeads: [...options.head, ...(await headsBeside(paths))],
    isPartial: options.partial === true,
  });
  const startedAt = performance.now();
  for (const file of paths) {
    await readLines(file, {
      line: (bytes, line) => {
        check.take(bytes, { file, line });
      },
      torn: (bytes, line) => {
        check.takeTorn(bytes, { file, line });
      },
    });
  }
  const trusted = check.end();
  requireFresh(check, options.maxAge);
  const seconds = (performance.now() - startedAt) / 1000;
  const report = { check, paths, trusted, seconds, isKeyGiven: options.key.length > 0 };
  if (options.json === true) io.stdout(`${JSON.stringify(jsonOf(report))}\n`);
  else printReport(report, io);
  return check.faults.count === 0 ? EXIT.ok : EXIT.failure;
}

interface Report {
  readonly check: ChainCheck;
  readonly paths: readonly string[];
  readonly trusted: ReadonlySet<string>;
  readonly seconds: number;
  readonly isKeyGiven: boolean;
}

/** Ids of the keys that are named; without any, of the key beside the log. */
async function trustedKeys(named: readonly string[], paths: readonly string[]): Promise<string[]> {
  if (named.length > 0) return Promise.all(named.map(idOfKey));
  const beside = await Promise.all(paths.map((path) => readFile(`${path}.key`, 'utf8').catch(() => null)));
  // Whoever replaced the log may have replaced the key as well; it is told that nobody compared it.
  const pems = [...beside, pemFromEnvironment() ?? null];
  return pems.filter((pem) => pem !== null).map((pem) => keyId(readPublicKey(pem)));
}

async function idOfKey(named: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(named)) return named;
  try {
    return keyId(readPublicKey(await readFile(named, 'utf8')));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    throw new GatewayError('config_invalid', `--key takes a file or the 32 digits of a key's id; ${named} is neither.`);
  }
}

async function headsBeside(paths: readonly string[]): Promise<ChainHead[]> {
  return (await Promise.all(paths.map((path) => keptHeads(`${path}.chains`)))).flat();
}

function requireFresh(check: ChainCheck, maxAge: number | undefined): void {
  if (maxAge === undefined) return;
  const times = [...check.chains.values()].map(({ signed }) => Date.parse(signed?.time ?? '') || 0);
  const newest = Math.max(0, ...times);
  if (Date.now() - newest <= maxAge * 1000) return;
  const when = newest === 0 ? 'there is none' : `it is from ${new Date(newest).toISOString()}`;
  check.faults.add('stale', null, null, null, `the last checkpoint is older than ${String(maxAge)} s: ${when}`);
}

function jsonOf({ check, paths, trusted, seconds, isKeyGiven }: Report): object {
  return {
    intact: check.faults.count === 0,
    files: paths,
    lines: check.lines,
    unprotected_lines: check.unprotected,
    removed_files: check.removedFiles,
    keys: [...trusted],
    key_given: isKeyGiven,
    lines_per_second: Math.round(check.lines / seconds),
    chains: [...check.chains].map(([chain, { lines, firstSeq, head, signed }]) => ({
      chain,
      lines,
      first: firstSeq,
      head: `${chain}:${String(head.seq)}:${head.digest}`,
      signed_up_to: signed?.seq ?? 0,
      signed_at: signed?.time ?? null,
    })),
    fault_count: check.faults.count,
    faults: check.faults.kept,
  };
}

function printReport({ check, paths, trusted, seconds, isKeyGiven }: Report, io: CliIo): void {
  const { faults, chains, lines } = check;
  const speed = Math.round(lines / Math.max(seconds, 0.001)).toLocaleString('en');
  io.stdout(`${lines.toLocaleString('en')} lines in ${String(paths.length)} file(s), ${speed} lines/s\n`);
  for (const [id, chain] of chains) io.stdout(describeChain(id, chain));
  const advice = isKeyGiven ? '' : '  (compare it with the one you keep elsewhere, or give --key)';
  for (const key of trusted) io.stdout(`key ${key}${advice}\n`);
  io.stdout(describeRest(check));
  for (const fault of faults.kept.slice(0, MAX_SHOWN)) io.stdout(`${plainLine(describe(fault))}\n`);
  if (faults.count > MAX_SHOWN) io.stdout(`… and ${String(faults.count - MAX_SHOWN)} more\n`);
  io.stdout(faults.count === 0 ? 'intact\n' : `NOT INTACT: ${String(faults.count)} fault(s)\n`);
}

function describeChain(id: string, { firstSeq, head, signed }: ChainProgress): string {
  const unsigned = head.seq - (signed?.seq ?? 0);
  const end = unsigned > 0 ? `, ${String(unsigned)} behind the last checkpoint` : '';
  const lines = `lines ${String(firstSeq)} to ${String(head.seq)}`;
  return `chain ${id}  ${lines}, signed ${signed?.time ?? 'never'}${end}\n  head ${id}:${String(head.seq)}:${head.digest}\n`;
}

function describeRest({ unprotected, removedFiles }: ChainCheck): string {
  const before =
    unprotected === 0 ? '' : `${String(unprotected)} lines are from before the log was chained, and unprotected\n`;
  const removed =
    removedFiles === 0
      ? ''
      : `${String(removedFiles)} old files were removed by the gateway; the chains begin behind them\n`;
  return before + removed;
}

function describe({ kind, chain, seq, place, message }: ChainFault): string {
  const where = place === null ? '' : ` ${place.file}:${String(place.line)}`;
  const which = chain === null ? '' : ` (chain ${chain}, line ${String(seq)})`;
  return `${kind}${where}: ${message}${which}`;
}
