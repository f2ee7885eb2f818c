import type { Finding } from '../../contracts/finding.js';
import { DEFINITION_RULES } from '../../guardrails/definitions/definitions.rules.js';
import type { DefinitionFinding } from '../../guardrails/definitions/look-alikes.js';

/** `note` = worth knowing, ordinary in honest servers; it does not count for the exit code. */
type ScanLevel = 'error' | 'warning' | 'note';

/** One suspicious place. Holds no text of the definition but names. */
export interface ScanFinding {
  readonly level: ScanLevel;
  readonly rule: string;
  /** The detector of the guardrails; null for the rules about definitions themselves. */
  readonly detector: string | null;
  readonly server: string;
  /** null = what the server says of itself. */
  readonly tool: string | null;
  /** JSON Pointer in the definition. */
  readonly path: string;
  readonly why: string;
}

const SUMMARIES = new Map(DEFINITION_RULES.map(({ id, summary }) => [id, summary]));
const LEVELS = new Map<string, ScanLevel>([
  ['definition.shadow.same-name', 'note'],
  ['definition.shadow.near-name', 'warning'],
  ['definition.shadow.names-other-tool', 'warning'],
  ['definition.directive.preference', 'warning'],
]);
/** Detectors of attacks. The others find what may be unwanted, such as an e-mail address in a description. */
const ATTACKS = new Set(['injection_attack', 'system_prompt_protection', 'sponge_attack']);

/** A finding of the rules about definitions. */
export function fromDefinition({ rule, server, tool, path, other }: DefinitionFinding): ScanFinding {
  const summary = SUMMARIES.get(rule) ?? rule;
  const why = other === undefined ? summary : `${summary}: ${other.server} / ${other.tool}`;
  return {
    level: LEVELS.get(rule) ?? 'error',
    rule,
    detector: null,
    server,
    tool: tool === '' ? null : tool,
    path,
    why,
  };
}

/** A finding of a detector, in `{definition}`. */
export function fromDetector(finding: Finding, server: string, tool: string): ScanFinding {
  const { detector, category, rule, path, score } = finding;
  return {
    level: ATTACKS.has(detector) ? 'error' : 'note',
    rule: rule ?? `${detector}.${category}`,
    detector,
    server,
    tool: tool === '' ? null : tool,
    path: path.replace(/^\/definition/, ''),
    why: `${detector} finds ${category} (score ${score.toFixed(2)})`,
  };
}
