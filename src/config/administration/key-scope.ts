/**
 * Which keys an operation looks at. Everything else of the document is always there, and keys may be added whatever the scope is. A store
 * that can leaves the other keys out of `apikeys`, so that a change of one does not touch a million; one that cannot has them all.
 */
export type KeyScope =
  | 'all'
  | 'none'
  /** The key that is named by its text, its hash or its id; the one that it took the place of may come with it. */
  | { readonly key: string }
  /** Those of a user, who is named by id or address. */
  | { readonly user: string }
  /** Those of a project, which is named by id or name. */
  | { readonly project: string };
