// Closed-loop load: every worker sends its next call as soon as the last one is answered, and checks each answer's content.
import { McpClient } from './mcp-raw.mjs';
import { blobText, round } from './common.mjs';
import { machineCpu, resetPeak, sumCpu, sumMem, tree } from './proc.mjs';

const pct = (sorted, p) =>
  sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] : NaN;

const FILL = 'abcdefghijklmnopqrstuvwxyz0123456789-'.repeat(30000);

/** Makes the function that performs and checks one call. */
function caller(o) {
  const match = o.match ?? 'exact';
  const text = (r) =>
    r?.content?.length === 1 ? r.content[0].text : (r?.content ?? []).map((c) => c.text ?? '').join('');
  if (o.blobTool) {
    const want = blobText(o.bytes),
      args = JSON.parse((o.args ?? '{"bytes":$N}').replaceAll('$N', o.bytes));
    // Large answers are checked by their bytes first; only one that escapes the text differently is parsed.
    const needle = Buffer.from(JSON.stringify(want).slice(1, -1));
    return async (cl) => {
      const r = await cl.rpc('tools/call', { name: o.blobTool, arguments: args }, needle);
      if (r === null) return true;
      return match === 'none' || (match === 'exact' ? text(r) === want : text(r).includes(want));
    };
  }
  if (o.mode === 'list') {
    return async (cl) => {
      const r = await cl.rpc('tools/list', {});
      return Array.isArray(r.tools) && r.tools.some((t) => t.name === (o.tool ?? 'echo'));
    };
  }
  const tools = o.tools ?? [o.tool ?? 'echo'];
  const tpl = o.args ? JSON.stringify(JSON.parse(o.args)) : '{"message":"$MSG"}';
  const len = o.messageBytes ?? 32;
  return async (cl, w, n) => {
    const head = `w${w}n${n}r${(Math.random() * 1e9) | 0}-`;
    const msg = (head + FILL.slice(0, Math.max(0, len - head.length))).slice(0, Math.max(len, head.length));
    const r = await cl.rpc('tools/call', {
      name: tools[n % tools.length],
      arguments: JSON.parse(tpl.replaceAll('$MSG', msg)),
    });
    if (match === 'none') return true;
    const t = text(r);
    return match === 'exact' ? t === msg : t.includes(msg);
  };
}

/**
 * Runs one load and returns its figures: calls, rps, latencies in ms, errors, mismatches (answers with other content than asked for),
 * and CPU seconds and memory of `pid`. Options are those of lib/options.mjs;
 */
export async function runLoad(o) {
  const C = o.concurrency ?? 1,
    urls = o.urls ?? [o.url],
    warmup = (o.warmup ?? 1) * 1000;
  const copt = {
    headers: o.headers ?? {},
    modern: o.era === 'modern',
    protocol: o.protocol ?? '2025-06-18',
    timeoutMs: o.timeoutMs ?? 30000,
  };
  const call = caller(o);
  const lat = [],
    initLat = [],
    errs = new Map();
  let recording = false,
    stop = false,
    errors = 0,
    mismatches = 0,
    done = 0,
    issued = 0,
    rejects = 0;
  const clients = [];
  const mk = () => {
    const cl = new McpClient(urls[0], copt);
    clients.push(cl);
    return cl;
  };
  const note = (e) => {
    if (recording) errors++;
    const k = String(e?.message ?? e).slice(0, 160);
    errs.set(k, (errs.get(k) ?? 0) + 1);
  };

  // open the sessions
  let sets;
  if (o.mode !== 'churn') {
    let shared;
    if (o.sharedSession) {
      shared = mk();
      await shared.init();
    }
    sets = await Promise.all(
      Array.from({ length: C }, async () =>
        Promise.all(
          urls.map(async (u) => {
            const cl = new McpClient(u, copt);
            clients.push(cl);
            if (shared) {
              cl.session = shared.session;
              cl.negotiated = shared.negotiated;
              cl._head();
            } else await cl.init();
            return cl;
          }),
        ),
      ),
    );
  }

  const worker = async (w) => {
    let n = 0,
      consecutive = 0;
    const conn = o.mode === 'churn' ? new McpClient(urls[0], copt).conn : null;
    while (!stop) {
      if (o.count && issued >= o.count) break;
      issued++;
      const t0 = performance.now();
      let cl;
      try {
        let ok, t1;
        if (o.mode === 'churn') {
          cl = new McpClient(urls[n % urls.length], { ...copt, ...(o.newConn || urls.length > 1 ? {} : { conn }) });
          await cl.init();
          const ti = performance.now();
          ok = await call(cl, w, n);
          if (!copt.modern) await cl.end();
          t1 = performance.now();
          if (recording && !stop) initLat.push(ti - t0);
          if (cl.conn !== conn) cl.close();
        } else {
          cl = sets[w][n % urls.length];
          ok = await call(cl, w, n);
          t1 = cl.lastAnswerAt;
        }
        consecutive = 0;
        if (recording && !stop) {
          done++;
          lat.push(t1 - t0);
          if (!ok) mismatches++;
        } else if (!ok) rejects++;
      } catch (e) {
        note(e);
        if (cl && o.mode === 'churn' && cl.conn !== conn) cl.close();
        if (++consecutive >= 20) break;
        await new Promise((r) => setTimeout(r, 5));
        if (o.mode !== 'churn' && cl && consecutive > 2) {
          try {
            await cl.init();
          } catch {
            /* next round reports it */
          }
        }
      }
      n++;
    }
    conn?.close();
  };

  const pids = o.pid ? (o.tree ? [o.pid].flat().flatMap((p) => tree(p, o.treeExclude)) : [o.pid].flat()) : [];
  const start = { cpu: 0, self: 0, t: 0, up: 0 };
  const mark = () => {
    for (const p of pids) resetPeak(p);
    start.cpu = sumCpu(pids);
    start.up = sumCpu(o.upstreamPids ?? []);
    start.self = process.cpuUsage();
    start.m = machineCpu();
    start.t = performance.now();
    recording = true;
  };
  let end;
  const finish = () => {
    if (end) return;
    stop = true;
    const u = process.cpuUsage(start.self),
      m = machineCpu();
    end = {
      machine: m.busy - start.m.busy + m.steal - start.m.steal,
      wall: (performance.now() - start.t) / 1000,
      cpu: sumCpu(pids) - start.cpu,
      up: sumCpu(o.upstreamPids ?? []) - start.up,
      self: (u.user + u.system) / 1e6,
      mem: sumMem(pids),
    };
  };
  if (o.count) {
    mark();
    await Promise.all(Array.from({ length: C }, (_, w) => worker(w)));
    finish();
  } else {
    const t1 = setTimeout(mark, warmup),
      t2 = setTimeout(finish, warmup + (o.duration ?? 5) * 1000);
    await Promise.all(Array.from({ length: C }, (_, w) => worker(w)));
    clearTimeout(t1);
    clearTimeout(t2);
    if (!recording) mark();
    finish();
  }
  const sse = clients.reduce((a, c) => a + c.sse, 0),
    lingered = clients.reduce((a, c) => a + c.lingered, 0);
  for (const s of sets ?? [])
    for (const cl of s) {
      if (!o.keepSessions && !o.sharedSession && o.mode !== 'churn') {
        try {
          await cl.end();
        } catch {
          /* not supported by the peer */
        }
      }
      cl.close();
    }
  for (const c of clients) c.close();
  lat.sort((x, y) => x - y);
  initLat.sort((x, y) => x - y);
  return {
    mode: o.mode ?? 'call',
    concurrency: C,
    calls: done,
    wall_s: round(end.wall),
    rps: round(done / end.wall, 1),
    p50_ms: round(pct(lat, 0.5)),
    p90_ms: round(pct(lat, 0.9)),
    p99_ms: round(pct(lat, 0.99)),
    max_ms: round(lat.at(-1)),
    mean_ms: round(lat.reduce((a, x) => a + x, 0) / lat.length),
    ...(initLat.length ? { init_p50_ms: round(pct(initLat, 0.5)), init_p99_ms: round(pct(initLat, 0.99)) } : {}),
    errors,
    mismatches: mismatches + rejects,
    sse_answers: sse,
    lingering_streams: lingered,
    ...(pids.length
      ? {
          cpu_s: round(end.cpu),
          cpu_s_per_1000: round((end.cpu / done) * 1000, 4),
          cpu_util: round(end.cpu / end.wall),
          rss_mb: round(end.mem.rss_mb, 1),
          peak_rss_mb: round(end.mem.hwm_mb, 1),
        }
      : {}),
    loadgen_cpu_s: round(end.self),
    // CPU that neither this load generator nor the processes under test used (cores): other work on the machine; large = noisy run
    other_cores: round(Math.max(0, end.machine - end.self - end.cpu - end.up) / end.wall, 2),
    ...(o.upstreamPids ? { upstream_cpu_s: round(end.up) } : {}),
    ...(errs.size ? { error_kinds: Object.fromEntries([...errs].slice(0, 8)) } : {}),
  };
}
