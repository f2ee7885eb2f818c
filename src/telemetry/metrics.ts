import { Counter, Gauge, Histogram, MAX_SERIES, type HistogramCell, type Instrument } from './instruments.js';
import { OAuthTotals } from './oauth-totals.js';
import { ProjectCalls } from './project-calls.js';
import { TimeoutTotals } from './timeout-totals.js';
import { UpstreamGauges } from './upstream-gauges.js';

/**
 * How a tool call ended. `tool_error` = the tool answered isError; `refused` = not permitted or arguments do not fit;
 * `error` = the gateway or the link to the upstream failed.
 */
export const CALL_OUTCOMES = [
  'success',
  'tool_error',
  'blocked_input',
  'blocked_output',
  'refused',
  'timeout',
  'cancelled',
  'error',
] as const;
export type CallOutcome = (typeof CALL_OUTCOMES)[number];

type Calls = Record<CallOutcome, number>;
interface ServerCalls {
  readonly name: string;
  readonly calls: Calls;
  readonly duration: HistogramCell;
}

/**
 * Every instrument of the gateway. Names with the prefix `enkrypt_` are those of the reference (compatibility contract §9.2), so that
 * its dashboards keep working. Labels are server, outcome, detector, reason and status: never a principal, an e-mail or a URI.
 * Counting a call is one map look-up and a few additions; everything else is derived when somebody reads.
 */
export class Metrics {
  readonly listServersCalls = new Counter('enkrypt_list_all_servers_calls', 'Answers to "list all servers".');
  readonly serversDiscovered = new Counter('enkrypt_servers_discovered', 'Servers whose tools were discovered.');
  readonly cacheHits = new Counter('enkrypt_cache_hits_total', 'Catalog look-ups answered from the cache.');
  readonly cacheMisses = new Counter('enkrypt_cache_misses_total', 'Catalog look-ups that had to ask the server.');
  readonly cacheTimeouts = new Counter('gateway_cache_timeouts_total', 'Cache accesses that took too long.');
  readonly cacheErrors = new Counter(
    'gateway_cache_errors_total',
    'Commands to the external cache that failed, and entries in it that were not usable.',
    ['reason'],
  );
  readonly cacheDegraded = new Gauge(
    'gateway_cache_degraded',
    '1 while an external cache is configured but cannot be used, else 0.',
  );
  readonly piiRedactions = new Counter('enkrypt_pii_redactions_total', 'Personal data items replaced before a call.');
  readonly authSuccess = new Counter('enkrypt_auth_success_total', 'Callers identified.');
  readonly authFailure = new Counter('enkrypt_auth_failure_total', 'Callers refused.', ['reason']);
  readonly rateLimited = new Counter('gateway_rate_limited_total', 'Calls refused because a limit was reached.', [
    'scope',
    'limit',
  ]);
  readonly limitsDegraded = new Gauge(
    'gateway_limits_degraded',
    '1 while calls should be counted in Redis but are counted in each process, else 0.',
  );
  readonly apiRequests = new Counter('enkrypt_api_requests_total', 'Requests to the admin API.', ['status']);
  readonly policyDetections = new Counter(
    'enkrypt_policy_detections_total',
    'Detectors that triggered, blocking or only reporting.',
    ['violation_type', 'direction'],
  );
  readonly providerChecks = new Counter(
    'gateway_guardrail_provider_checks_total',
    'Checks by remote guardrail providers: checked, or failed and refused (failed_closed) or let through (failed_open).',
    ['provider', 'outcome', 'reason'],
  );
  readonly definitionChanges = new Counter(
    'gateway_definition_changes_total',
    'Definitions that changed, or wait for review.',
    ['change', 'action'],
  );
  readonly pinFaults = new Counter(
    'gateway_definition_pin_faults_total',
    'Times when pinned definitions could not be read (all tools withheld) or kept on disk.',
    ['reason'],
  );
  readonly auditDropped = new Gauge('gateway_audit_lines_dropped', 'Audit lines lost since the start.');
  readonly auditCopyFailures = new Counter(
    'gateway_audit_copy_failures_total',
    'Failed attempts to copy audit lines to another place.',
    ['to'],
  );
  readonly auditNotCopied = new Counter(
    'gateway_audit_lines_not_copied_total',
    'Audit lines that are in the file and will not reach the other place.',
    ['to'],
  );
  readonly activeSessions = new Gauge('enkrypt_active_sessions', 'Client sessions that are open.');
  readonly apiDuration = new Histogram('enkrypt_api_request_duration_seconds', 'Duration of admin API requests.', []);

  readonly timeouts = new TimeoutTotals();
  readonly projects = new ProjectCalls();
  readonly upstreams = new UpstreamGauges();
  /** Tokens for servers. */
  readonly oauth = new OAuthTotals();

  readonly #duration = new Histogram(
    'enkrypt_tool_call_duration_seconds',
    'Duration of tool calls, gateway included.',
    ['server_name'],
  );
  readonly #violations = new Counter('enkrypt_guardrail_violations_total', 'Detectors that blocked.', [
    'violation_type',
  ]);
  readonly #inputViolations = new Counter(
    'enkrypt_input_guardrail_violations_total',
    'Detectors that blocked a call.',
    ['violation_type'],
  );
  readonly #outputViolations = new Counter(
    'enkrypt_output_guardrail_violations_total',
    'Detectors that withheld an answer.',
    ['violation_type'],
  );
  /** The reference counts these by names of their own. */
  readonly #ofDetector = new Map(
    ['relevancy', 'adherence', 'hallucination'].map((detector) => [
      detector,
      new Counter(`enkrypt_${detector}_violations_total`, `Answers that ${detector} withheld.`),
    ]),
  );
  /** Calls of servers that found no series of their own. */
  #overflowed = 0;
  readonly #servers = new Map<string, ServerCalls>();

  /** Counts one finished tool call. */
  toolCall(server: string, outcome: CallOutcome, totalMs: number): void {
    const known = this.#servers.get(server) ?? this.#addServer(server);
    known.calls[outcome]++;
    known.duration.observe(totalMs / 1000);
  }

  /** Counts one detector that triggered in one direction of one call, or in the definition of a tool. */
  detection(direction: 'input' | 'output' | 'definition', detector: string, blocked: boolean): void {
    this.policyDetections.add(1, detector, direction);
    if (!blocked) return;
    this.#violations.add(1, detector);
    this.#ofDetector.get(detector)?.add(1);
    if (direction === 'input') this.#inputViolations.add(1, detector);
    if (direction === 'output') this.#outputViolations.add(1, detector);
  }

  /** Everything there is, for the exporters. */
  instruments(): readonly Instrument[] {
    const all = this.#all();
    return [...all, this.#overflow(all)];
  }

  #all(): readonly Instrument[] {
    return [
      this.#toolCalls(),
      this.#duration,
      this.#perServer('enkrypt_tool_call_success_total', 'Tool calls that succeeded.', ['success']),
      this.#perServer('enkrypt_tool_call_failure_total', 'Tool calls that did not succeed and were not blocked.', [
        'tool_error',
        'refused',
        'timeout',
        'cancelled',
        'error',
      ]),
      this.#perServer('enkrypt_tool_call_errors_total', 'Tool calls that the tool itself answered with an error.', [
        'tool_error',
      ]),
      this.#perServer('enkrypt_tool_call_blocked_total', 'Tool calls blocked by a guardrail.', [
        'blocked_input',
        'blocked_output',
      ]),
      ...this.timeouts.instruments(),
      ...this.oauth.instruments(),
      ...this.projects.instruments(),
      ...this.upstreams.instruments(),
      ...this.#ofDetector.values(),
      this.#violations,
      this.#inputViolations,
      this.#outputViolations,
      this.policyDetections,
      this.providerChecks,
      this.definitionChanges,
      this.pinFaults,
      this.piiRedactions,
      this.listServersCalls,
      this.serversDiscovered,
      this.cacheHits,
      this.cacheMisses,
      this.cacheTimeouts,
      this.cacheErrors,
      this.cacheDegraded,
      this.authSuccess,
      this.authFailure,
      this.rateLimited,
      this.limitsDegraded,
      this.apiRequests,
      this.apiDuration,
      this.activeSessions,
      this.auditDropped,
      this.auditCopyFailures,
      this.auditNotCopied,
    ];
  }

  /** Totals by instrument name (histograms: the number of observations), for the admin status. */
  snapshot(): Record<string, number> {
    const totals: Record<string, number> = {};
    for (const instrument of this.instruments()) {
      let total = 0;
      if (instrument.kind === 'histogram') for (const sample of instrument.samples()) total += sample.count;
      else for (const sample of instrument.samples()) total += sample.value;
      totals[instrument.name] = total;
    }
    return totals;
  }

  #addServer(server: string): ServerCalls {
    const isFull = this.#servers.size >= MAX_SERIES;
    if (isFull) this.#overflowed++;
    const name = isFull ? 'other' : server;
    const known = this.#servers.get(name);
    if (known !== undefined) return known;
    const calls = Object.fromEntries(CALL_OUTCOMES.map((outcome) => [outcome, 0])) as Calls;
    const added = { name, calls, duration: this.#duration.cell(name) };
    this.#servers.set(name, added);
    return added;
  }

  /** What is lost by the cap on series; without it `other` looks like one quiet server. */
  #overflow(all: readonly Instrument[]): Instrument {
    const samples = () =>
      all
        .map(({ name, overflowed = 0 }) => ({ labels: [name], value: overflowed }))
        .concat(
          { labels: ['enkrypt_tool_calls_total'], value: this.#overflowed },
          { labels: ['gateway_project_calls_total'], value: this.projects.overflowed },
        )
        .filter(({ value }) => value > 0);
    const help = 'Values counted under `other` because a metric has all the series that it may have.';
    return { kind: 'counter', name: 'gateway_metric_series_overflow_total', help, labelNames: ['metric'], samples };
  }

  #toolCalls(): Instrument {
    const servers = [...this.#servers.values()];
    return {
      kind: 'counter',
      name: 'enkrypt_tool_calls_total',
      help: 'Tool calls by outcome.',
      labelNames: ['server_name', 'outcome'],
      samples: () =>
        servers.flatMap(({ name, calls }) =>
          CALL_OUTCOMES.filter((outcome) => calls[outcome] > 0).map((outcome) => ({
            labels: [name, outcome],
            value: calls[outcome],
          })),
        ),
    };
  }

  #perServer(name: string, help: string, outcomes: readonly CallOutcome[]): Instrument {
    const samples = () =>
      [...this.#servers.values()].map((server) => ({ labels: [server.name], value: sum(server.calls, outcomes) }));
    return { kind: 'counter', name, help, labelNames: ['server_name'], samples };
  }
}

function sum(calls: Calls, outcomes: readonly CallOutcome[]): number {
  return outcomes.reduce((total, outcome) => total + calls[outcome], 0);
}
