// Command-line flags as options of a load run; used by loadgen, compare and coldstart.

/** `Name: value` flags as a header object. */
export const parseHeaders = (hs) =>
  Object.fromEntries(
    [hs ?? []].flat().map((h) => {
      const i = h.search(/[:=]/);
      return [h.slice(0, i).trim(), h.slice(i + 1).trim()];
    }),
  );

/** Turns command-line flags into options of runLoad. */
export function optionsFrom(a) {
  return {
    mode: a.mode ?? 'call',
    url: a.url,
    urls: a.urls?.split(','),
    headers: parseHeaders(a.header),
    tool: a.tool,
    tools: a.tools?.split(','),
    args: a.args,
    match: a.match,
    messageBytes: a['message-bytes'] && +a['message-bytes'],
    blobTool: a['blob-tool'] ?? (a.mode === 'sizes' ? 'blob' : undefined),
    bytes: a.bytes && +a.bytes,
    concurrency: +(a.concurrency ?? a.c ?? 1),
    duration: +(a.duration ?? 5),
    count: a.count && +a.count,
    warmup: a.warmup === undefined ? 1 : +a.warmup,
    sharedSession: !!a['shared-session'],
    newConn: !!a['new-conn'],
    era: a.era,
    protocol: a.protocol,
    pid: a.pid && String(a.pid).split(',').map(Number),
    tree: !!a.tree,
    treeExclude: a['tree-exclude'] ? new RegExp(a['tree-exclude']) : undefined,
    timeoutMs: a.timeout ? +a.timeout : undefined,
  };
}
