import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './gateway.js';

/** One instruction of a Dockerfile: its name in capitals, and the rest with continuation lines joined. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

/** What a COPY brings from where to where. */
export interface Copy {
  /** The stage or image that it comes from; null = the build context. */
  readonly from: string | null;
  readonly sources: readonly string[];
  readonly target: string;
}

function instructionsOf(dockerfile: string): Instruction[] {
  return dockerfile
    .split('\n')
    .filter((line) => !/^\s*#/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', text = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name: name.toUpperCase(), text };
    });
}

/** The repository's Dockerfile, taken apart. */
export const INSTRUCTIONS: readonly Instruction[] = instructionsOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));

function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const starts = instructions.flatMap(({ name }, index) => (name === 'FROM' ? [index] : []));
  return starts.map((start, index) => {
    const [, base = '', name = ''] = /^(\S+) AS (\S+)$/.exec(instructions[start]?.text ?? '') ?? [];
    return { name, base, instructions: instructions.slice(start + 1, starts[index + 1]) };
  });
}

export const STAGES: readonly Stage[] = stagesOf(INSTRUCTIONS);

/** The instructions that make a stage, those of the stages that it begins with included. */
export function lineage(name: string): readonly Instruction[] {
  const stage = STAGES.find((each) => each.name === name);
  return stage === undefined ? [] : [...lineage(stage.base), ...stage.instructions];
}

export function copies(instructions: readonly Instruction[]): Copy[] {
  return instructions
    .filter(({ name }) => name === 'COPY')
    .map(({ text }) => {
      const words = text.split(/\s+/);
      const from = words[0]?.startsWith('--from=') === true ? words.shift()!.slice('--from='.length) : null;
      return { from, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
    });
}

/** The last one counts, as in an image. */
export function last(name: string, instructions: readonly Instruction[]): string {
  const found = instructions.findLast((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found.text;
}

/** The exec form of an instruction: a JSON array. The shell form would put a shell in front that keeps signals to itself. */
export function execForm(text: string): string[] {
  return JSON.parse(text) as string[];
}

/** NAME=value pairs of ENV, without quotes. */
export function variables(instructions: readonly Instruction[]): ReadonlyMap<string, string> {
  const texts = instructions.filter(({ name }) => name === 'ENV').map(({ text }) => text);
  return new Map(
    texts.flatMap((text) => text.split(/\s+/)).map((pair) => [pair.split('=')[0] ?? '', pair.replace(/^[^=]*=/, '')]),
  );
}
