import type { Source, SourceRecord, SourceRows } from './source-records.js';

/** Rows of the largest table with what is computed over all of them, once for a source. */
export function rowsOf(source: Source): SourceRows {
  source.rows ??= read(source);
  return source.rows;
}

function read(source: Source): SourceRows {
  const table = source.tables.reduce<readonly number[]>((best, rows) => (rows.length > best.length ? rows : best), []);
  const rows = table.flatMap((index) => source.records[index] ?? []);
  const counts = new Map<string, number>();
  const filled = new Map<string, number>();
  for (const row of rows) {
    for (const [name, cells] of row.fields) {
      if (!Number.isNaN(valueOf(row, name))) filled.set(name, (filled.get(name) ?? 0) + 1);
      for (const cell of cells) {
        const key = `${name} ${cell.phrase}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
  }
  const numeric = [...filled].filter(([, count]) => count * 2 > rows.length).map(([name]) => name);
  return { rows, numeric, groupCounts: new Set(counts.values()) };
}

/** The number or the date (as yyyymmdd) of a field. */
export function valueOf(row: SourceRecord, field: string): number {
  const cell = row.fields.get(field)?.[0];
  if (cell === undefined) return Number.NaN;
  if (!Number.isNaN(cell.value)) return cell.value;
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(cell.keys[0] ?? '');
  return parts === null ? Number.NaN : Number(parts[1]) * 10_000 + Number(parts[2]) * 100 + Number(parts[3]);
}
