import type { RuleInfo } from '../local/rule-info.js';

const READ =
  'Read the definition at its server (scan names the place). Do not use the server if you cannot say why the text is there.';
const NAMES =
  'Compare the two servers. Remove the one that you do not trust, or leave the tool off its allow-list (tools).';
const APPROVE = 'See the change with "definitions diff", then "definitions approve" or "definitions reject".';

/** Every finding about definitions, for `guardrails explain` and the output of scan. */
export const DEFINITION_RULES: readonly RuleInfo[] = [
  rule(
    'definition.invisible.tag',
    'invisible',
    'Unicode tag characters or variation selectors: text that only a model reads',
    READ,
  ),
  rule(
    'definition.invisible.bidi',
    'invisible',
    'characters that turn the direction of text: what a person sees is not what a model reads',
    READ,
  ),
  rule('definition.invisible.zero-width', 'invisible', 'characters without width, or letters without a shape', READ),
  rule('definition.invisible.control', 'invisible', 'control characters', READ),
  rule('definition.shadow.same-name', 'shadowing', 'another server of the project has a tool of this name', NAMES),
  rule(
    'definition.shadow.confusable-name',
    'shadowing',
    'the name looks like that of another server\u2019s tool and is another one',
    NAMES,
  ),
  rule(
    'definition.shadow.near-name',
    'shadowing',
    'the name is one or two letters away from that of another server\u2019s tool',
    NAMES,
  ),
  rule(
    'definition.shadow.mixed-script',
    'shadowing',
    'the name mixes Latin letters with look-alikes from other alphabets',
    READ,
  ),
  rule('definition.shadow.names-other-tool', 'shadowing', 'the text speaks of another server\u2019s tool', READ),
  rule(
    'definition.shadow.instead-of',
    'shadowing',
    'the text tells the model to use this tool in the place of others',
    READ,
  ),
  rule(
    'definition.shadow.before-others',
    'shadowing',
    'the text tells the model what to do before it uses other tools',
    READ,
  ),
  rule('definition.directive.conceal', 'directive', 'the text tells the model to hide something from the user', READ),
  rule('definition.directive.override', 'directive', 'the text tells the model to disregard other instructions', READ),
  rule('definition.directive.authority', 'directive', 'the text poses as a system message', READ),
  rule('definition.directive.secrets', 'directive', 'the text asks for keys, passwords or files that hold them', READ),
  rule(
    'definition.directive.harvest',
    'directive',
    'the text or a parameter asks for the conversation or the system prompt',
    READ,
  ),
  rule('definition.directive.preference', 'directive', 'the text urges the model to prefer this tool to others', READ),
  rule(
    'definition.pin.changed',
    'pinning',
    'the definition has changed since it was taken over, and is quarantined',
    APPROVE,
  ),
  rule('definition.pin.review', 'pinning', 'the definition is new and waits for an operator', APPROVE),
  rule(
    'definition.pin.rejected',
    'pinning',
    'an operator has rejected this definition',
    'The server must offer another one; "definitions approve" takes the rejection back.',
  ),
  rule(
    'definition.pin.alarm',
    'pinning',
    'the definition has changed, and the change was taken over as the config says',
    'Look at the server\u2019s release notes; set on_change to "quarantine" to decide beforehand.',
  ),
  rule(
    'definition.pin.full',
    'pinning',
    'the server has offered more definitions than are kept',
    'Approve or remove the server; see docs/guardrails/definitions.md.',
  ),
  rule(
    'definition.pin.unhashable',
    'pinning',
    'the definition holds a value that JSON does not have, so it cannot be compared',
    'The server must mend it.',
  ),
  rule(
    'definition.pin.unreadable',
    'pinning',
    'the record of pinned definitions cannot be read',
    'Restore the file that the log names, or remove it to trust the present definitions.',
  ),
];

function rule(id: string, category: string, summary: string, remedy: string): RuleInfo {
  return { id, category, summary, remedy };
}
