import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

/** A port on loopback that takes connections and never answers; it remembers the first bytes of each. */
export class SilentPort {
  /** One entry for each connection, in the order they came. */
  readonly connections: Buffer[] = [];
  private readonly sockets = new Set<net.Socket>();
  private readonly server: net.Server;

  private constructor() {
    this.server = net.createServer((socket) => {
      const index = this.connections.push(Buffer.alloc(0)) - 1;
      this.sockets.add(socket);
      socket.on('data', (chunk) => (this.connections[index] = Buffer.concat([this.connections[index]!, chunk])));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async open(): Promise<SilentPort> {
    const silent = new SilentPort();
    await listen(silent.server);
    return silent;
  }

  get port(): number {
    return portOf(this.server);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await end(this.server);
  }
}

/** A port on loopback on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = net.createServer();
  await listen(server);
  const port = portOf(server);
  await end(server);
  return port;
}

/** A collector for OTLP over HTTP that takes everything and remembers the paths and bytes. */
export class Collector {
  readonly posts: { readonly path: string; readonly body: Buffer }[] = [];
  private readonly server: http.Server;

  private constructor() {
    this.server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.posts.push({ path: request.url ?? '', body: Buffer.concat(parts) });
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
  }

  static async open(): Promise<Collector> {
    const collector = new Collector();
    await listen(collector.server);
    return collector;
  }

  get port(): number {
    return portOf(this.server);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await end(this.server);
  }
}

function listen(server: net.Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}

function end(server: net.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

function portOf(server: net.Server): number {
  return (server.address() as AddressInfo).port;
}
