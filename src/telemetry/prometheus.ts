import { DURATION_BUCKETS_S, type HistogramSample, type Instrument } from './instruments.js';

/** Content type of the text exposition format, version 0.0.4. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The instruments in the Prometheus text exposition format 0.0.4. */
export function prometheusText(instruments: readonly Instrument[]): string {
  let text = '';
  for (const instrument of instruments) {
    text += `# HELP ${instrument.name} ${instrument.help}\n# TYPE ${instrument.name} ${instrument.kind}\n`;
    const names = instrument.labelNames;
    if (instrument.kind === 'histogram') {
      for (const sample of instrument.samples()) text += histogramLines(instrument.name, names, sample);
      continue;
    }
    for (const { labels, value } of instrument.samples()) {
      text += `${instrument.name}${labelSet(names, labels)} ${String(value)}\n`;
    }
  }
  return text;
}

function histogramLines(name: string, labelNames: readonly string[], sample: HistogramSample): string {
  let text = '';
  let below = 0;
  sample.counts.forEach((count, i) => {
    below += count;
    const bound = DURATION_BUCKETS_S[i];
    const le = bound === undefined ? '+Inf' : String(bound);
    text += `${name}_bucket${labelSet([...labelNames, 'le'], [...sample.labels, le])} ${String(below)}\n`;
  });
  const labels = labelSet(labelNames, sample.labels);
  return `${text}${name}_sum${labels} ${String(sample.sum)}\n${name}_count${labels} ${String(sample.count)}\n`;
}

function labelSet(names: readonly string[], values: readonly string[]): string {
  if (names.length === 0) return '';
  return `{${names.map((name, i) => `${name}="${escapeLabel(values[i] ?? '')}"`).join(',')}}`;
}

/** Server names come from the operator's file, yet a quote in one must not break the whole scrape. */
function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
