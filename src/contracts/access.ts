/** Tools of servers, by globs over their own names: `*` is any run of characters, `?` one. */
export interface AccessRule {
  readonly server: string;
  readonly tool: string;
}

/** What one level (a project, a user, a key) lets through. */
export interface AccessList {
  /** null = everything that is not denied; an empty list = nothing. */
  readonly allow: readonly AccessRule[] | null;
  /** Goes before `allow`. */
  readonly deny: readonly AccessRule[];
}
