import type * as z from 'zod';
import { describeUnknownKey } from './older-forms/refused-keys.js';
import type { RawProblem } from './problem.js';
import { configFileSchema } from './schema.js';

const FORBIDDEN_NAME = '__proto__';

/**
 * Every way in which a file in the newest form departs from the schema. Messages repeat a value only where it cannot be a secret: a
 * number, or text that stands for one of a few words.
 */
export function schemaProblems(raw: unknown): RawProblem[] {
  const result = configFileSchema.safeParse(raw, { reportInput: true });
  return result.success ? [] : result.error.issues.flatMap(fromIssue);
}

/** Every member name that no file may have. */
export function forbiddenNames(raw: unknown): RawProblem[] {
  const problems: RawProblem[] = [];
  collectForbiddenNames(raw, [], problems);
  return problems;
}

/** `__proto__` as a member name has no honest use, and a copy of the object would lose it or change its prototype. */
function collectForbiddenNames(value: unknown, path: (string | number)[], problems: RawProblem[]): void {
  if (typeof value !== 'object' || value === null) return;
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  for (const [key, item] of entries) {
    const here = [...path, key];
    if (key === FORBIDDEN_NAME) problems.push({ path: here, message: 'this name is not allowed' });
    else collectForbiddenNames(item, here, problems);
  }
}

function fromIssue(issue: z.core.$ZodIssue): RawProblem[] {
  const path = issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)));
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: describeUnknownKey(key, issue.path) }));
  }
  return [{ path, message: describeIssue(issue) }];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected, issue.input);
    case 'invalid_value':
      return describeChoice(issue.values, issue.input);
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a usable name';
    // Lengths of texts and arrays carry their own words in the schema.
    case 'too_small':
      return issue.origin === 'number' ? describeMinimum(issue) : issue.message;
    case 'too_big':
      return issue.origin === 'number'
        ? `must be at most ${String(issue.maximum)}${butIs(issue.input)}`
        : issue.message;
    default:
      return issue.message;
  }
}

function describeMinimum({ minimum, inclusive, input }: z.core.$ZodIssueTooSmall): string {
  return `must be ${inclusive === false ? 'more than' : 'at least'} ${String(minimum)}${butIs(input)}`;
}

function describeChoice(values: readonly unknown[], input: unknown): string {
  const choices = values.map((value) => JSON.stringify(value)).join(', ');
  return `must be ${values.length === 1 ? '' : 'one of '}${choices}${butIs(input)}`;
}

/** The value found, cut short; nothing for what has no short form. */
function butIs(input: unknown): string {
  if (typeof input === 'number' || typeof input === 'boolean') return `, not ${String(input)}`;
  return typeof input === 'string' && input.length <= 24 ? `, not ${JSON.stringify(input)}` : '';
}

function describeType(expected: string, input: unknown): string {
  return input === undefined ? `is required (${expected})` : `must be ${article(expected)}, not ${jsonType(input)}`;
}

function article(expected: string): string {
  switch (expected) {
    case 'record':
    case 'object':
      return 'an object';
    case 'array':
      return 'an array';
    case 'int':
      return 'a whole number';
    default:
      return `a ${expected}`;
  }
}

function jsonType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return article(typeof value);
}
