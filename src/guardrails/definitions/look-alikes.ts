import { mixesScripts, skeleton } from './confusable-skeleton.js';
import { type DirectiveRule, signsIn } from './directive-signs.js';
import { NearNames } from './edit-distance.js';
import { invisibleRuns, type InvisibleKind } from './invisible-characters.js';
import { textsOf } from './json-diff.js';

/** A definition of one server, as the server sent it. */
export interface SeenDefinition {
  readonly server: string;
  readonly tool: string;
  readonly definition: unknown;
}

/** Ids of what is found; explained in definitions.rules.ts. */
type DefinitionRule =
  | DirectiveRule
  | `definition.invisible.${InvisibleKind}`
  | 'definition.shadow.same-name'
  | 'definition.shadow.confusable-name'
  | 'definition.shadow.near-name'
  | 'definition.shadow.mixed-script'
  | 'definition.shadow.names-other-tool';

/** Something suspicious in a definition. Holds no text of it but names of tools. */
export interface DefinitionFinding {
  readonly rule: DefinitionRule;
  readonly server: string;
  readonly tool: string;
  /** JSON Pointer in the definition. */
  readonly path: string;
  /** The tool it looks like or talks about. */
  readonly other?: { readonly server: string; readonly tool: string };
}

/** Names compared for misspellings; each is compared with each. */
const MAX_NEAR_NAMES = 1_000;
/** Longer names are not compared: nobody reads them letter by letter, and clients get them shortened (tool-name.ts). */
const MAX_NEAR_CHARS = 128;
/** Pairs whose letters are compared one by one. Servers choose their names, and this holds the event loop. */
const MAX_NEAR_PAIRS = 50_000;
/** Findings per definition and kind of check. */
const MAX_PER_DEFINITION = 20;

/** Findings that withhold a tool where a policy says so. A name that two honest servers may well share only gets reported. */
const REPORT_ONLY: ReadonlySet<DefinitionRule> = new Set([
  'definition.shadow.same-name',
  'definition.shadow.near-name',
  'definition.shadow.names-other-tool',
]);

/** True when the finding blocks under a policy that blocks injection_attack. */
export function blocksByPolicy(finding: DefinitionFinding): boolean {
  return !REPORT_ONLY.has(finding.rule);
}

/** What one definition shows by itself: invisible characters, letters of two alphabets in its name, words to the model. */
export function suspectTexts(seen: SeenDefinition): readonly DefinitionFinding[] {
  const { server, tool } = seen;
  const found: DefinitionFinding[] = [];
  if (mixesScripts(tool)) found.push({ rule: 'definition.shadow.mixed-script', server, tool, path: '/name' });
  for (const { path, text } of textsOf(seen.definition)) {
    if (found.length >= MAX_PER_DEFINITION) break;
    const at = pointer(path);
    for (const kind of new Set(invisibleRuns(text).map((run) => run.kind))) {
      found.push({ rule: `definition.invisible.${kind}`, server, tool, path: at });
    }
    // The name of a parameter has been seen where it is defined.
    if (path.at(-2) === 'required') continue;
    for (const rule of signsIn(text)) found.push({ rule, server, tool, path: at });
  }
  return found;
}

/**
 * Names that imitate those of another server, and descriptions that talk about another server's tools. Of two that look alike the one
 * of the later server is named: the earlier was there first.
 * @param seen in the order of the config
 */
export function crossServerFindings(seen: readonly SeenDefinition[]): readonly DefinitionFinding[] {
  return [...alikeNames(seen), ...nearNames(seen), ...otherToolsNamed(seen)];
}

function alikeNames(seen: readonly SeenDefinition[]): readonly DefinitionFinding[] {
  const first = new Map<string, SeenDefinition[]>();
  const found: DefinitionFinding[] = [];
  for (const one of seen) {
    const look = skeleton(one.tool);
    const known = first.get(look) ?? [];
    const earlier = known.find(({ server }) => server !== one.server);
    if (earlier !== undefined) {
      found.push(finding(alikeRule(earlier.tool, one.tool), one, '/name', earlier));
    }
    if (known.length < 4) first.set(look, [...known, one]);
  }
  return found;
}

/** `read-file` beside `read_file` or `readFile` is another habit of spelling, not a disguise. */
function alikeRule(earlier: string, later: string): DefinitionRule {
  if (earlier === later) return 'definition.shadow.same-name';
  const spelling = (name: string): string => name.toLowerCase().replace(/[-_.\s]/g, '');
  return spelling(earlier) === spelling(later) ? 'definition.shadow.near-name' : 'definition.shadow.confusable-name';
}

function nearNames(seen: readonly SeenDefinition[]): readonly DefinitionFinding[] {
  const found: DefinitionFinding[] = [];
  const names = new NearNames(MAX_NEAR_PAIRS);
  const compared = seen.filter(({ tool }) => tool.length <= MAX_NEAR_CHARS).slice(0, MAX_NEAR_NAMES);
  const lower = compared.map(({ tool }) => tool.toLowerCase());
  for (const [index, one] of compared.entries()) {
    const name = lower[index] ?? '';
    const earlier = compared.find(
      (other, at) => at < index && other.server !== one.server && names.areNear(lower[at] ?? '', name),
    );
    if (earlier !== undefined && skeleton(earlier.tool) !== skeleton(one.tool)) {
      found.push(finding('definition.shadow.near-name', one, '/name', earlier));
    }
  }
  return found;
}

/** A word that can only be the name of a tool: two parts at least. */
const IDENTIFIER =
  /(?<![\w-])[A-Za-z][A-Za-z0-9]*(?:[_-][A-Za-z0-9]+)+(?![\w-])|(?<![\w-])[a-z]+(?:[A-Z][a-z0-9]+)+(?![\w-])/g;
const MAX_TEXT = 16 * 1024;

function otherToolsNamed(seen: readonly SeenDefinition[]): readonly DefinitionFinding[] {
  const owners = new Map<string, SeenDefinition[]>();
  for (const one of seen) owners.set(one.tool, [...(owners.get(one.tool) ?? []), one]);
  const found: DefinitionFinding[] = [];
  for (const one of seen) {
    let left = MAX_PER_DEFINITION;
    for (const { path, text, isName } of textsOf(one.definition)) {
      if (isName || path[0] === 'name' || left === 0) continue;
      for (const [word] of text.slice(0, MAX_TEXT).matchAll(IDENTIFIER)) {
        const named = owners.get(word);
        // A server may well speak of its own tools.
        if (named === undefined || named.some(({ server }) => server === one.server)) continue;
        found.push(finding('definition.shadow.names-other-tool', one, pointer(path), named[0]));
        left--;
        break;
      }
    }
  }
  return found;
}

function finding(
  rule: DefinitionRule,
  { server, tool }: SeenDefinition,
  path: string,
  other: SeenDefinition | undefined,
): DefinitionFinding {
  return {
    rule,
    server,
    tool,
    path,
    ...(other === undefined ? {} : { other: { server: other.server, tool: other.tool } }),
  };
}

/** RFC 6901. */
export function pointer(path: readonly (string | number)[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
