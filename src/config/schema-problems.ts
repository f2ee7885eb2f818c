import type * as z from 'zod';
import { describeUnknownKey } from './older-forms.js';
import type { RawProblem } from './problem.js';
import { configFileSchema } from './schema.js';

const FORBIDDEN_NAME = '__proto__';

/** Every way in which the parsed file departs from the schema. Messages never repeat a value, because it may be a secret. */
export function schemaProblems(raw: unknown): RawProblem[] {
  const problems: RawProblem[] = [];
  collectForbiddenNames(raw, [], problems);
  const result = configFileSchema.safeParse(raw, { reportInput: true });
  if (!result.success) for (const issue of result.error.issues) problems.push(...fromIssue(issue));
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
    return issue.keys
      .filter((key) => key !== FORBIDDEN_NAME)
      .map((key) => ({ path: [...path, key], message: describeUnknownKey(key, issue.path) }));
  }
  return [{ path, message: describeIssue(issue) }];
}

function describeIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return describeType(issue.expected, issue.input);
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is not a usable name';
    // Lengths of texts and arrays carry their own words in the schema.
    case 'too_small':
      return issue.origin === 'number' ? describeMinimum(issue.minimum, issue.inclusive) : issue.message;
    case 'too_big':
      return issue.origin === 'number' ? `must be at most ${String(issue.maximum)}` : issue.message;
    default:
      return issue.message;
  }
}

function describeMinimum(minimum: number | bigint, inclusive: boolean | undefined): string {
  return `must be ${inclusive === false ? 'more than' : 'at least'} ${String(minimum)}`;
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
