import * as z from 'zod';
import { type DefinitionChange, type DefinitionPinning, PIN_ACTIONS } from '../contracts/definition-pinning.js';

const FIRST_SIGHT = ['trust', 'review'] as const;

/** A change of the text that a model reads is a rug pull until somebody has looked; a server that grows is ordinary. */
const ON_CHANGE: DefinitionPinning['onChange'] = Object.freeze({
  notation: 'allow',
  additive: 'alarm',
  parameter: 'quarantine',
  instruction: 'quarantine',
  annotation: 'quarantine',
});
const TRUST: DefinitionPinning = Object.freeze({ firstSight: 'trust', onChange: ON_CHANGE });
const REVIEW: DefinitionPinning = Object.freeze({
  firstSight: 'review',
  onChange: Object.freeze({ ...ON_CHANGE, additive: 'quarantine' }),
});

const action = (change: DefinitionChange) => z.enum(PIN_ACTIONS).default(ON_CHANGE[change]);

/** `true`, `"trust"` = the defaults; `"review"` = nothing new without approval; `false` = off; or each decision by itself. */
export const definitionPinning = z
  .union(
    [
      z.boolean(),
      z.enum(FIRST_SIGHT),
      z.strictObject({
        first_sight: z.enum(FIRST_SIGHT).default('trust'),
        on_change: z
          .strictObject({
            notation: action('notation'),
            additive: action('additive'),
            parameter: action('parameter'),
            instruction: action('instruction'),
            annotation: action('annotation'),
          })
          .prefault({}),
      }),
    ],
    {
      error:
        'must be true, false, "trust", "review", or {"first_sight": "trust" or "review", "on_change": {"notation", "additive", "parameter", "instruction", "annotation": "allow", "alarm" or "quarantine"}}',
    },
  )
  .default(true);

/** null = off. The short forms are the same objects for ever, so that a reload does not judge everything anew. */
export function resolvePinning(section: z.output<typeof definitionPinning>): DefinitionPinning | null {
  if (section === false) return null;
  if (section === true || section === 'trust') return TRUST;
  if (section === 'review') return REVIEW;
  return Object.freeze({ firstSight: section.first_sight, onChange: Object.freeze({ ...section.on_change }) });
}
