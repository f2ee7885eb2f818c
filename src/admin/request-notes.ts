import type { IncomingMessage } from 'node:http';

const admitted = new WeakSet<IncomingMessage>();
const recorded = new WeakSet<IncomingMessage>();

/** The request carries an admin key that is in force. */
export function noteAdmitted(request: IncomingMessage): void {
  admitted.add(request);
}

export function isAdmitted(request: IncomingMessage): boolean {
  return admitted.has(request);
}

/** The audit log has a line about what became of the request. */
export function noteRecorded(request: IncomingMessage): void {
  recorded.add(request);
}

export function isRecorded(request: IncomingMessage): boolean {
  return recorded.has(request);
}
