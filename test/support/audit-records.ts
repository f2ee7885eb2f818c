/** The records of an audit log, without what the chain adds for itself: checkpoints, and notes on how it was gone on with. */
export function auditRecords(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => event !== 'audit_checkpoint' && event !== 'audit_resumed');
}
