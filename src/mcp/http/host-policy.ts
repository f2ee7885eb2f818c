import { GatewayError } from '../../errors.js';

/**
 * Which Host and Origin values are served: the bound address, localhost, and what the operator added. Against DNS rebinding
 * (2025-11-25, "Security warning" of streamable HTTP): a page that makes its own name point to this machine still sends its own name.
 */
export class HostPolicy {
  private readonly exact = new Set<string>();
  private readonly anyPort = new Set<string>();

  /** @param extra `HOST` (any port) or `HOST:PORT` */
  constructor(extra: Iterable<string>) {
    for (const entry of extra) {
      const lower = entry.toLowerCase();
      if (splitPort(lower).port === '') this.anyPort.add(lower);
      else this.exact.add(lower);
    }
  }

  /** Adds a bound address, once its port is known. */
  listening(host: string, port: number): void {
    const names = new Set([host, 'localhost', '127.0.0.1', '[::1]']);
    for (const name of names) {
      const bracketed = name.includes(':') && !name.startsWith('[') ? `[${name}]` : name.toLowerCase();
      this.exact.add(`${bracketed}:${String(port)}`);
      // Clients leave the scheme's default port out.
      if (port === 80) this.exact.add(bracketed);
    }
  }

  /** @throws GatewayError forbidden; a missing Host, an Origin of `null` or of another place are refused as well */
  check(host: string | undefined, origin: string | undefined): void {
    if (host === undefined || !this.allows(host.toLowerCase())) {
      throw new GatewayError('forbidden', 'This Host is not served. The operator can add it with --allowed-host.');
    }
    if (origin === undefined) return;
    const place = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1]?.toLowerCase();
    if (place === undefined || !this.allows(place)) {
      throw new GatewayError(
        'forbidden',
        'Requests from this Origin are not served. The operator can add its host with --allowed-host.',
      );
    }
  }

  private allows(host: string): boolean {
    if (this.exact.has(host)) return true;
    const { name, port } = splitPort(host);
    return /^\d{0,5}$/.test(port) && this.anyPort.has(name);
  }
}

function splitPort(host: string): { name: string; port: string } {
  const colon = host.lastIndexOf(':');
  if (colon < 0 || host.endsWith(']')) return { name: host, port: '' };
  return { name: host.slice(0, colon), port: host.slice(colon + 1) };
}
