/**
 * Just enough of OTLP's protobuf to read what was sent back: field numbers after opentelemetry-proto 1.x
 * (trace.proto, metrics.proto, logs.proto, common.proto).
 */
type Fields = Map<number, (Buffer | bigint)[]>;

export interface SentSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface SentLog {
  readonly body: unknown;
  readonly severity: string;
  readonly traceId: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export function spansOf(request: Buffer): SentSpan[] {
  return below(request, [1, 2, 2]).map((bytes) => {
    const fields = read(bytes);
    return {
      traceId: hex(fields, 1),
      spanId: hex(fields, 2),
      parentSpanId: hex(fields, 4),
      name: text(fields, 5),
      kind: Number(fields.get(6)?.[0] ?? 0n),
      attributes: attributes(fields, 9),
    };
  });
}

export function logsOf(request: Buffer): SentLog[] {
  return below(request, [1, 2, 2]).map((bytes) => {
    const fields = read(bytes);
    const body = fields.get(5)?.[0];
    return {
      severity: text(fields, 3),
      body: body instanceof Buffer ? anyValue(body) : undefined,
      attributes: attributes(fields, 6),
      traceId: hex(fields, 9),
    };
  });
}

export function metricNamesOf(request: Buffer): string[] {
  return below(request, [1, 2, 2]).map((bytes) => text(read(bytes), 1));
}

/** Messages at the end of a path of field numbers. */
function below(message: Buffer, path: readonly number[]): Buffer[] {
  let found = [message];
  for (const field of path) {
    found = found.flatMap((bytes) =>
      (read(bytes).get(field) ?? []).filter((value): value is Buffer => value instanceof Buffer),
    );
  }
  return found;
}

/** https://protobuf.dev/programming-guides/encoding/ */
function read(bytes: Buffer): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const values = fields.get(tag >> 3) ?? [];
    fields.set(tag >> 3, values);
    const wire = tag & 7;
    if (wire === 0) values.push(varint());
    else {
      const length = wire === 2 ? Number(varint()) : wire === 1 ? 8 : 4;
      values.push(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return fields;
}

function attributes(fields: Fields, number: number): Record<string, unknown> {
  const pairs = (fields.get(number) ?? []).map((pair) => {
    const parts = read(pair as Buffer);
    const value = parts.get(2)?.[0];
    return [text(parts, 1), value instanceof Buffer ? anyValue(value) : undefined] as const;
  });
  return Object.fromEntries(pairs);
}

function anyValue(bytes: Buffer): unknown {
  const [entry] = read(bytes);
  if (entry === undefined) return undefined;
  const [kind, [value]] = entry;
  if (kind === 1) return String(value);
  return kind === 4 ? (value as Buffer).readDoubleLE(0) : Number(value);
}

function text(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return value instanceof Buffer ? value.toString('utf8') : '';
}

function hex(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return value instanceof Buffer ? value.toString('hex') : '';
}
