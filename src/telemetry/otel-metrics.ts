import { ValueType, type Attributes, type HrTime } from '@opentelemetry/api';
import type { metrics } from '@opentelemetry/sdk-node';
import { DURATION_BUCKETS_S, type Instrument } from './instruments.js';
import type { Metrics } from './metrics.js';

type Sdk = typeof metrics;
type MetricData = metrics.MetricData;

/**
 * Hands the gateway's own counters to the SDK's reader when it asks. A producer and not SDK instruments, because the API has no
 * observable histogram and because counting stays the same with telemetry on and off.
 */
export class CounterProducer implements metrics.MetricProducer {
  readonly #metrics: Metrics;
  readonly #sdk: Sdk;
  readonly #emptyResource: metrics.ResourceMetrics['resource'];
  readonly #startTime = now();

  constructor(source: Metrics, sdk: Sdk, emptyResource: metrics.ResourceMetrics['resource']) {
    this.#metrics = source;
    this.#sdk = sdk;
    this.#emptyResource = emptyResource;
  }

  collect(): Promise<metrics.CollectionResult> {
    const endTime = now();
    const scopeMetrics = [
      {
        scope: { name: 'enkrypt.meter' },
        metrics: this.#metrics.instruments().map((instrument) => this.#data(instrument, endTime)),
      },
    ];
    return Promise.resolve({ resourceMetrics: { resource: this.#emptyResource, scopeMetrics }, errors: [] });
  }

  #data(instrument: Instrument, endTime: HrTime): MetricData {
    const { AggregationTemporality, DataPointType } = this.#sdk;
    const times = { startTime: this.#startTime, endTime };
    const base = {
      descriptor: {
        name: instrument.name,
        description: instrument.help,
        unit: instrument.kind === 'histogram' ? 's' : '1',
        valueType: ValueType.DOUBLE,
      },
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
    };
    if (instrument.kind === 'histogram') {
      const dataPoints = instrument.samples().map(({ labels, counts, sum, count }) => ({
        ...times,
        attributes: attributes(instrument.labelNames, labels),
        value: { buckets: { boundaries: [...DURATION_BUCKETS_S], counts: [...counts] }, sum, count },
      }));
      return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints };
    }
    const dataPoints = instrument
      .samples()
      .map(({ labels, value }) => ({ ...times, attributes: attributes(instrument.labelNames, labels), value }));
    if (instrument.kind === 'gauge') return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
    return { ...base, dataPointType: DataPointType.SUM, dataPoints, isMonotonic: true };
  }
}

function attributes(names: readonly string[], values: readonly string[]): Attributes {
  return Object.fromEntries(names.map((name, i) => [name, values[i] ?? '']));
}

function now(): HrTime {
  const ms = Date.now();
  return [Math.floor(ms / 1000), (ms % 1000) * 1_000_000];
}
