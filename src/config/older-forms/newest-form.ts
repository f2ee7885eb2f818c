import type { ConfigPath, RawProblem } from '../problem.js';
import { emptyPolicies } from './empty-policies.js';
import { flatTelemetry } from './flat-telemetry.js';
import { guardrailKeys } from './guardrail-keys.js';
import { keysInClear } from './keys-in-clear.js';
import { localTimes } from './local-times.js';
import { isObject, type JsonObject, type Move, type OlderForm, type Rewrite } from './older-form.js';
import { toolGuardrailsSwitch } from './tool-guardrails-switch.js';

/** Every older form. Keys come last: until then the paths of `apikeys` are those of the file. */
const FORMS: readonly OlderForm[] = [
  guardrailKeys,
  flatTelemetry,
  toolGuardrailsSwitch,
  emptyPolicies,
  localTimes,
  keysInClear,
];

/** A parsed file in the newest form. Where nothing was old, `json` equals the file. */
export interface NewestForm {
  readonly json: unknown;
  /** One for each kind of older form found; the paths are those of the file. */
  readonly rewrites: readonly Rewrite[];
  readonly problems: readonly RawProblem[];
  /** The path in the file of a path in `json`. */
  readonly pathInFile: (path: ConfigPath) => ConfigPath;
}

/** Any older form of the file rewritten; the argument is not changed. Whether the result is a valid config is the schema's to say. */
export function toNewestForm(file: unknown): NewestForm {
  return apply(FORMS, file);
}

/** The file with nothing changed but keys in clear, which are replaced by their hashes. */
export function withHashedKeys(file: unknown): NewestForm {
  return apply([keysInClear], file);
}

function apply(forms: readonly OlderForm[], file: unknown): NewestForm {
  const findings = { moves: [] as Move[], rewrites: [] as Rewrite[], problems: [] as RawProblem[] };
  // A copy through JSON keeps every member, one named __proto__ included, so that the schema still gets to refuse it.
  const json = JSON.parse(JSON.stringify(file)) as unknown;
  if (isObject(json)) for (const form of forms) form(json satisfies JsonObject, findings);
  const { moves, rewrites, problems } = findings;
  return { json, rewrites, problems, pathInFile: (path) => goBack(path, moves) };
}

/** Undoes the move with the longest target that the path lies in. */
function goBack(path: ConfigPath, moves: readonly Move[]): ConfigPath {
  let best: Move | null = null;
  for (const move of moves) {
    if (!move.to.every((segment, index) => path[index] === segment)) continue;
    if (best === null || move.to.length > best.to.length) best = move;
  }
  return best === null ? path : [...best.from, ...path.slice(best.to.length)];
}
