/** One topic of the taxonomy. Lists are comma-separated, in lower case; a member may be several words; regular inflections are added at load. */
export interface TopicEntry {
  readonly name: string;
  /** Other names under which a policy may ask for it. */
  readonly aliases: string;
  /** Words that mark the topic on their own in a short text. */
  readonly terms: string;
  /** Words that other topics use too: they count only in company. */
  readonly hints: string;
}
