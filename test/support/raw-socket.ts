import net from 'node:net';

/** What came back over a connection until the other side closed it. */
export interface SocketAnswer {
  /** 0 when nothing that looks like HTTP came. */
  readonly status: number;
  readonly text: string;
}

/**
 * Writes bytes that no HTTP client would write, and reads until the end of the connection. The bytes should ask for
 * `Connection: close`; a connection that stays open is cut after `waitMs` and answered with what came until then.
 */
export function sendBytes(origin: string, bytes: string | Buffer, waitMs = 3000): Promise<SocketAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    const socket = net.connect(Number(port), hostname, () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (part) => parts.push(part));
    socket.on('error', (error) => {
      if (parts.length === 0) reject(error);
    });
    socket.on('close', () => {
      clearTimeout(timer);
      const text = Buffer.concat(parts).toString('utf8');
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text });
    });
  });
}
