import { Histogram, type HistogramCell, type Instrument } from './instruments.js';

/** How an operation ended. `failed` = in time, but not well: errors of the tool, blocks and refusals included. */
export type OperationEnd = 'success' | 'failed' | 'timeout' | 'cancelled';

/** Operations under a time limit (tool calls and discoveries) of all tenants together. Plain numbers: they change on every call. */
export class TimeoutTotals {
  total = 0;
  active = 0;
  /** Reached the warning. */
  warned = 0;
  /** Timed out, and the server did not answer afterwards either. */
  unresponsive = 0;
  #successful = 0;
  #timedOut = 0;
  #cancelled = 0;
  readonly #duration = new Histogram(
    'enkrypt_timeout_operation_duration_seconds',
    'Duration of operations under a time limit.',
    [],
  );
  readonly #durationCell: HistogramCell = this.#duration.cell();

  ended(how: OperationEnd, totalMs: number): void {
    this.active--;
    if (how === 'success') this.#successful++;
    else if (how === 'timeout') this.#timedOut++;
    else if (how === 'cancelled') this.#cancelled++;
    this.#durationCell.observe(totalMs / 1000);
  }

  instruments(): readonly Instrument[] {
    const counter = (name: string, help: string, value: () => number): Instrument =>
      number('counter', name, help, value);
    return [
      counter('enkrypt_timeout_operations_total', 'Operations under a time limit.', () => this.total),
      counter('enkrypt_timeout_operations_successful', 'Operations that succeeded in time.', () => this.#successful),
      counter('enkrypt_timeout_operations_timed_out', 'Operations that ran out of time.', () => this.#timedOut),
      counter('enkrypt_timeout_operations_cancelled', 'Operations that the client cancelled.', () => this.#cancelled),
      counter('enkrypt_timeout_escalation_warn', 'Operations that reached warn_threshold.', () => this.warned),
      counter('enkrypt_timeout_escalation_timeout', 'Operations ended at timeout_threshold.', () => this.#timedOut),
      counter(
        'enkrypt_timeout_escalation_fail',
        'Timed-out operations whose server did not answer until fail_threshold.',
        () => this.unresponsive,
      ),
      number('gauge', 'enkrypt_timeout_active_operations', 'Operations under way.', () => this.active),
      this.#duration,
    ];
  }
}

function number(kind: 'counter' | 'gauge', name: string, help: string, value: () => number): Instrument {
  return { kind, name, help, labelNames: [], samples: () => [{ labels: [], value: value() }] };
}
