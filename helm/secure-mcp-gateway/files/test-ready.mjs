// Run by `helm test`: what every client may expect of a gateway that was just installed.
const { GATEWAY_URL: url } = process.env;
const ask = (path, options) => fetch(`${url}${path}`, { ...options, signal: AbortSignal.timeout(5_000) });

const ready = await ask('/health/ready');
const turnedAway = await ask('/mcp', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
const admin = await ask('/api/v1/config/status');
const found = { ready: ready.status, withoutKey: turnedAway.status, admin: admin.status };
console.log(JSON.stringify(found));
process.exitCode = found.ready === 200 && found.withoutKey === 401 && found.admin === 404 ? 0 : 1;
