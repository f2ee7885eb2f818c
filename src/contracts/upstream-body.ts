/** What the upstream sent, before anyone may show it to the client. */
export type UpstreamBody =
  | { readonly kind: 'result'; readonly result: Readonly<Record<string, unknown>> }
  /** The upstream's own JSON-RPC error. */
  | {
      readonly kind: 'error';
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
    };
