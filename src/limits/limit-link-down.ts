/** Redis did not take a command; the link has told of it. The counters of this process stand in. */
export class LimitLinkDown extends Error {}
