/**
 * What a server wants before it answers (2026-07-28, "Multi Round-Trip Requests"). Its requests stand in the result, where they are
 * checked like the rest of it; this is what the gateway has to know when the answers come.
 */
export interface ServerRound {
  /** JSON Schema of the answer to each request, by the server's name for the request; undefined = it has none. */
  readonly asked: ReadonlyMap<string, unknown>;
  /** The server's own, to be given back as it is; undefined = it has none. */
  readonly state: string | undefined;
}
