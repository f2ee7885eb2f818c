/** Why an operation on configs, servers, projects, users or keys was not done. */
export type RefusedBecause = 'not_found' | 'conflict' | 'invalid' | 'forbidden' | 'revision_mismatch';

/** An operation that was refused; nothing was changed. The message is safe to show: it holds no key and no secret. */
export class AdministrationError extends Error {
  constructor(
    readonly reason: RefusedBecause,
    message: string,
  ) {
    super(message);
    this.name = 'AdministrationError';
  }
}

/** What a writer is told whose condition does not hold any more. */
export function changedMeanwhile(): AdministrationError {
  const message = 'The config was changed since it was read. Read it again, and repeat the change.';
  return new AdministrationError('revision_mismatch', message);
}
