/**
 * What a change of a definition touches. `notation`: white space, quotes, order of members. `additive`: a new tool, a new optional
 * parameter. `parameter`: what a call must look like. `instruction`: text that a model reads. `annotation`: a hint such as readOnlyHint.
 */
export const DEFINITION_CHANGES = ['notation', 'additive', 'parameter', 'instruction', 'annotation'] as const;
export type DefinitionChange = (typeof DEFINITION_CHANGES)[number];

/** `allow` = taken over; `alarm` = taken over and reported; `quarantine` = withheld until an operator has decided. In rising order. */
export const PIN_ACTIONS = ['allow', 'alarm', 'quarantine'] as const;
export type PinAction = (typeof PIN_ACTIONS)[number];

/** How a server's definitions are held to what they were. */
export interface DefinitionPinning {
  /** `trust` = the first definition seen is taken over; `review` = an operator has to approve it. */
  readonly firstSight: 'trust' | 'review';
  readonly onChange: Readonly<Record<DefinitionChange, PinAction>>;
}
