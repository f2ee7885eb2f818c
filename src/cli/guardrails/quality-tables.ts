import type { DetectorQuality, GroupQuality, Latency } from './quality.js';

/** What `guardrails eval` found. */
export interface QualityReport {
  readonly version: string;
  readonly commit: string | null;
  /** SHA-256 over names and bytes of the data files. */
  readonly dataHash: string;
  readonly rows: number;
  readonly detectors: readonly DetectorQuality[];
  readonly groups: readonly GroupQuality[];
  readonly latency: Latency;
}

type Table = readonly (readonly string[])[];

/** The tables as text for a terminal, or in markdown for documents. */
export function renderReport(report: QualityReport, style: 'text' | 'markdown'): string {
  const render = style === 'markdown' ? markdownTable : textTable;
  const { version, commit, dataHash, rows } = report;
  const head = `${String(rows)} rows, data ${dataHash.slice(0, 16)}, version ${version}${commit === null ? '' : `, commit ${commit.slice(0, 12)}`}`;
  return (
    [
      head,
      render(detectorTable(report.detectors)),
      render(groupTable(report.groups)),
      render(latencyTable(report.latency)),
    ].join('\n\n') + '\n'
  );
}

function detectorTable(detectors: readonly DetectorQuality[]): Table {
  const head = [
    'detector',
    'positives',
    'recall',
    'weak',
    'recall of weak',
    'negatives',
    'FPR',
    'benign',
    'FPR on benign',
    'AUC',
    'TPR at 1 %',
    'TPR at 0.1 %',
    'values removed',
  ];
  const rows = detectors.map((row) => [
    row.detector,
    String(row.positives),
    percent(row.recall),
    String(row.weak),
    percent(row.weakRecall),
    String(row.negatives),
    percent(row.ownFpr),
    String(row.benign),
    percent(row.benignFpr),
    row.auc === null ? '-' : row.auc.toFixed(4),
    percent(row.tprAt1),
    percent(row.tprAt01),
    percent(row.valuesRemoved),
  ]);
  return [head, ...rows];
}

function groupTable(groups: readonly GroupQuality[]): Table {
  const head = ['category', 'label', 'source', 'technique', 'rows', 'fired'];
  return [
    head,
    ...groups.map((row) => [
      row.category,
      String(row.label),
      row.source,
      row.technique || '-',
      String(row.rows),
      percent(row.fired / row.rows),
    ]),
  ];
}

function latencyTable({ p50Ms, p95Ms, msPerKi, msPerKiLarge }: Latency): Table {
  const time = (ms: number | null): string => (ms === null ? '-' : `${ms.toFixed(3)} ms`);
  return [
    ['all detectors', 'p50', 'p95', 'per Ki characters', 'per Ki, texts of 16 Ki and more'],
    ['', time(p50Ms), time(p95Ms), time(msPerKi), time(msPerKiLarge)],
  ];
}

function percent(share: number | null): string {
  return share === null ? '-' : `${(share * 100).toFixed(2)} %`;
}

function textTable(table: Table): string {
  const [head = []] = table;
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function markdownTable([head = [], ...rows]: Table): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
