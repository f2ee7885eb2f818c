/** Which answers a client takes. */
export interface Accepted {
  readonly json: boolean;
  readonly sse: boolean;
  /** It names the stream first: of two that it likes as well, that is the one it asks for. */
  readonly prefersSse: boolean;
}

const ALL: Accepted = { json: true, sse: true, prefersSse: false };
/** Clients send the same few values for ever; a hostile variety does not grow this. */
const MAX_KNOWN = 64;
const known = new Map<string, Accepted>();

/** Reads an Accept header (RFC 9110 §12.5.1); a missing one takes everything. */
export function acceptedBy(header: string | undefined): Accepted {
  if (header === undefined) return ALL;
  const cached = known.get(header);
  if (cached !== undefined) return cached;
  const types = header.split(',').map(mediaTypeOf);
  const any = types.includes('*/*');
  const accepted = {
    json: any || types.includes('application/*') || types.includes('application/json'),
    sse: any || types.includes('text/*') || types.includes('text/event-stream'),
    prefersSse: types.includes('application/json') && types[0] === 'text/event-stream',
  };
  if (known.size < MAX_KNOWN) known.set(header, accepted);
  return accepted;
}

/** The media type without its parameters, in lower case (RFC 9110 §8.3.1). */
export function mediaTypeOf(header: string): string {
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}
