import type { Readable } from 'node:stream';
import { hookAuditSettings } from '../config/audit-signing.js';
import { type HookConfig, loadHookConfig } from '../config/hook-config.js';
import type { HookClientName } from '../contracts/hook-policy.js';
import { GatewayError, toGatewayError } from '../errors.js';
import { type Checked, checkSubject } from './check.js';
import { CLAUDE_CODE } from './claude-code.js';
import { CURSOR } from './cursor.js';
import { Deadline } from './deadline.js';
import type { EventAdapter, HookOutcome, HookSubject } from './event-adapter.js';
import { eventKind, misuseExitCode } from './events.js';
import { auditEventOf, writeAudit } from './hook-audit.js';
import { parseInput, readInput } from './hook-input.js';

/** One call of a hook by its client. */
export interface HookRun {
  readonly client: HookClientName;
  /** An event that the client has (`eventKind`). */
  readonly event: string;
  readonly configPath: string;
  /** The client's JSON; destroyed when it is read. */
  readonly stdin: Readable;
}

/** What the process has to say and to end with. */
export interface HookAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: 0 | 1 | 2;
}

/** Well below what clients wait for a hook; `guardrail_timeout` shortens it. */
const MAX_MS = 5_000;

/**
 * Answers one event. Never rejects: what cannot be checked is refused, unless the config says `on_failure: open`.
 * @param maxMs time for everything, in milliseconds
 */
export async function runHook(run: HookRun, maxMs = MAX_MS): Promise<HookAnswer> {
  const deadline = new Deadline(maxMs);
  const adapter = adapterOf(run);
  if (adapter === undefined) {
    // Read to its end, so that the client can finish writing.
    await readInput(run.stdin, deadline).catch(() => undefined);
    return { stdout: run.client === 'cursor' ? '{}\n' : '', stderr: '', exitCode: 0 };
  }
  const startedAt = performance.now();
  const [config, input] = await Promise.allSettled([
    deadline.wait(loadHookConfig(run.configPath, run.client), 'reading the config file'),
    readInput(run.stdin, deadline),
  ]);
  if (config.status === 'rejected') {
    const failure = toGatewayError(config.reason);
    const { subject } = await judge(run, adapter, input, () => Promise.reject(failure));
    return unusableConfig(run, adapter, failure, subject);
  }
  const { policy, sensitiveTools } = config.value.hook;
  if (policy === null) return answered(adapter.answer({ kind: 'pass' }, null), '');
  deadline.shorten(config.value.settings.timeouts.guardrailMs);
  const attempt = await judge(run, adapter, input, (subject) =>
    checkSubject(subject, policy, sensitiveTools, deadline),
  );
  if (attempt.failure instanceof WrongEvent) return wrongEvent(run, attempt.failure);
  return conclude(run, adapter, config.value, attempt, performance.now() - startedAt);
}

/** What is known at the end: a check, or a failure and how far it got. */
interface Attempt {
  readonly subject: HookSubject | null;
  readonly checked: Checked | null;
  readonly failure: GatewayError | null;
}

async function judge(
  run: HookRun,
  adapter: EventAdapter,
  input: PromiseSettledResult<Buffer>,
  check: (subject: HookSubject) => Promise<Checked>,
): Promise<Attempt> {
  let subject: HookSubject | null = null;
  try {
    if (input.status === 'rejected') throw toGatewayError(input.reason);
    const parsed = parseInput(input.value);
    requireEvent(parsed, run);
    subject = adapter.read(parsed);
    return { subject, checked: await check(subject), failure: null };
  } catch (error) {
    return { subject, checked: null, failure: toGatewayError(error) };
  }
}

async function conclude(
  run: HookRun,
  adapter: EventAdapter,
  config: HookConfig,
  { subject, checked, failure }: Attempt,
  totalMs: number,
): Promise<HookAnswer> {
  const outcome = checked?.outcome ?? (config.hook.failOpen || failure === null ? PASS : refusal(failure.message));
  const goesOn = outcome.kind !== 'deny' || !isGuarded(run);
  const event = auditEventOf({ ...run, subject, checked, failure: failure?.code ?? null, goesOn, totalMs });
  const complaint = await writeAudit(hookAuditSettings(config.settings), event);
  const warning = failure === null ? '' : failureLine(failure, goesOn);
  return answered(adapter.answer(outcome, subject), warning + complaint);
}

const PASS: HookOutcome = { kind: 'pass' };

/** The reason is read by the model as well: it tells what is wrong, and not how to get around it. */
function refusal(why: string): HookOutcome {
  return { kind: 'deny', reason: `The guardrail check could not be made, so this was refused: ${why}`, value: null };
}

function failureLine(failure: GatewayError, goesOn: boolean): string {
  const consequence = goesOn ? 'warning: not checked, and it goes on' : 'error: not checked, so it was refused';
  return `${consequence}: ${failure.message}\n`;
}

/** Whether the config wanted to fail open cannot be told. */
function unusableConfig(
  run: HookRun,
  adapter: EventAdapter,
  failure: GatewayError,
  subject: HookSubject | null,
): HookAnswer {
  const why =
    'the config file cannot be used. The hook says more on stderr, as does: secure-mcp-gateway config validate';
  return answered(adapter.answer(refusal(why), subject), failureLine(failure, !isGuarded(run)));
}

/** The client called for another event than the one it was registered for, so the right format of an answer is not known. */
class WrongEvent extends GatewayError {
  readonly event: string;

  constructor(event: string, expected: string) {
    super(
      'invalid_request',
      `the input is of the event ${JSON.stringify(event.slice(0, 64))}, the command is for ${expected}`,
    );
    this.event = event;
  }
}

/** @throws GatewayError */
function requireEvent(input: Readonly<Record<string, unknown>>, { event }: HookRun): void {
  const actual = input.hook_event_name;
  if (typeof actual !== 'string') throw new GatewayError('invalid_request', 'hook_event_name is missing');
  if (actual !== event) throw new WrongEvent(actual, event);
}

function wrongEvent({ client }: HookRun, failure: WrongEvent): HookAnswer {
  const remedy = `register each event of ${client} with a command that names it`;
  return { stdout: '', stderr: `error: ${failure.message}; ${remedy}\n`, exitCode: misuseExitCode(failure.event) };
}

function isGuarded({ client, event }: HookRun): boolean {
  return eventKind(client, event) === 'guarded';
}

function adapterOf({ client, event }: HookRun): EventAdapter | undefined {
  const adapters: Readonly<Record<string, EventAdapter>> = client === 'cursor' ? CURSOR : CLAUDE_CODE;
  return Object.hasOwn(adapters, event) ? adapters[event] : undefined;
}

function answered(json: object | null, stderr: string): HookAnswer {
  return { stdout: json === null ? '' : `${JSON.stringify(json)}\n`, stderr, exitCode: 0 };
}
