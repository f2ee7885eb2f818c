import type { IncomingMessage } from 'node:http';

const recorded = new WeakSet<IncomingMessage>();

/** The audit log has a line about what became of the request. */
export function noteRecorded(request: IncomingMessage): void {
  recorded.add(request);
}

export function isRecorded(request: IncomingMessage): boolean {
  return recorded.has(request);
}
