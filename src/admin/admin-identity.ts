import type { AdminRole } from '../config/admin-role.js';

/** Which admin key a request carries. */
export interface AdminIdentity {
  /** For audit lines; not secret. */
  readonly id: string;
  readonly role: AdminRole;
}

const identities = new WeakMap<object, AdminIdentity>();

/** Remembers who was let in with a request. */
export function admit(request: object, identity: AdminIdentity): void {
  identities.set(request, identity);
}

/** Who was let in; undefined = nobody was asked for a key. */
export function identityOf(request: object): AdminIdentity | undefined {
  return identities.get(request);
}
