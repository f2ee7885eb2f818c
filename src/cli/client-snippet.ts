const SERVER_NAME = 'secure-mcp-gateway';

/** URL that clients on this machine use; port 0 is not known yet and stands as a placeholder. */
export function endpointUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  const name = reachable.includes(':') ? `[${reachable}]` : reachable;
  return `http://${name}:${port === 0 ? '<PORT>' : String(port)}/mcp`;
}

/** Client config for the HTTP door, ready to paste into Claude Code, Cursor and others of that form. */
export function httpSnippet(url: string, key: string): string {
  return render({ type: 'http', url, headers: { apikey: key } });
}

/** Client config for desktop clients that start the gateway themselves. */
export function stdioSnippet(script: string, configPath: string, key: string): string {
  return render({
    command: 'node',
    args: [script, 'stdio', '--config', configPath],
    env: { ENKRYPT_GATEWAY_KEY: key },
  });
}

function render(server: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ mcpServers: { [SERVER_NAME]: server } }, null, 2);
}
