import { createRequire } from 'node:module';
import { Ajv, type AnySchemaObject, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type * as Re2 from 're2js';
import { GatewayError } from '../../errors.js';
import { STOPPED, runBounded } from './bounded-run.js';
import { useLinearKeywords } from './linear-keywords.js';
import { fitsIn, isLargerThan, schemaCost } from './schema-cost.js';

/** Null when the arguments fit, else the first violations: path and rule, never the value. */
export type ArgumentCheck = (args: unknown) => string | null;

const require = createRequire(import.meta.url);

/**
 * Patterns in a tool's schema are written by the upstream and run on what a caller sends: in a back-tracking engine the two of them
 * together could stop the process. RE2 runs in linear time; what it cannot express (look-around, back-references) is left to the
 * upstream's own check. Loaded on the first schema that has a pattern.
 */
function linearPattern(pattern: string): { test(value: string): boolean; toString(): string } {
  // Ajv keeps patterns apart by their text: without this, each would be the first one that was compiled.
  const toString = (): string => pattern;
  const { RE2JS } = require('re2js') as typeof Re2;
  try {
    const compiled = RE2JS.compile(pattern);
    return { test: (value) => compiled.matcher(value).find(), toString };
  } catch {
    return { test: () => true, toString };
  }
}
linearPattern.code = 'linearPattern';

const options: Options = {
  strict: false,
  allErrors: false,
  // Checking the schema itself means compiling the meta-schema first: 150 ms for the first call. A malformed keyword fails to compile.
  validateSchema: false,
  validateFormats: true,
  // The upstream may fill in defaults; the arguments go on as the caller wrote them.
  useDefaults: false,
  coerceTypes: false,
  logger: false,
  code: { regExp: linearPattern },
};

/** Values in a schema; compiling takes some 20 microseconds for each. */
const MAX_SCHEMA_VALUES = 20_000;
const COMPILE_MS = 2_000;
/** A check that may take more steps than this is watched; some milliseconds' worth. */
const MAX_FREE_STEPS = 1_000_000;
const CHECK_MS = 1_000;

const DRAFT_07 = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/**
 * Compiles a tool's input schema: JSON Schema 2020-12 unless it declares draft-06/07 (MCP 2025-11-25, "JSON Schema usage").
 * A validator is compiled once per definition and lives as long as its catalog; an instance of Ajv is made for each, because Ajv
 * keeps everything that it ever compiled.
 * @throws GatewayError upstream_protocol when the schema cannot be compiled: arguments that cannot be checked are not sent
 */
export function compileArgumentCheck(toolName: string, inputSchema: AnySchemaObject): ArgumentCheck {
  // `$async` is Ajv's own: it makes the check a promise, which counts as passed and ends the process when it is rejected.
  const { $schema, ...schema } = inputSchema;
  delete schema.$async;
  const draft07 = typeof $schema === 'string' && DRAFT_07.test($schema);
  let validate: ValidateFunction | typeof STOPPED;
  try {
    if (isLargerThan(schema, MAX_SCHEMA_VALUES)) throw new RangeError('too large');
    validate = runBounded(COMPILE_MS, () => compile(schema, draft07));
    if (validate === STOPPED) throw new RangeError('too complex');
  } catch (cause) {
    throw new GatewayError(
      'upstream_protocol',
      `The input schema of the tool '${toolName}' cannot be compiled, so its arguments cannot be checked and the call was not sent. Its server must fix the schema.`,
      { cause },
    );
  }
  return checkWith(validate, Math.floor(MAX_FREE_STEPS / schemaCost(schema)));
}

function compile(schema: AnySchemaObject, draft07: boolean): ValidateFunction {
  const ajv = draft07 ? new Ajv(options) : new Ajv2020(options);
  addFormats.default(ajv);
  useLinearKeywords(ajv);
  return ajv.compile(schema);
}

/**
 * Schema and arguments can be written by two sides that work together, and then take for ever: references that double at every step,
 * patterns over megabytes. What is not small is stopped after a time, and refused.
 * @param freePieces pieces of arguments that are checked without a watch
 */
function checkWith(validate: ValidateFunction, freePieces: number): ArgumentCheck {
  return (args) => {
    const fits = fitsIn(args, freePieces) ? validate(args) : runBounded(CHECK_MS, () => validate(args));
    if (fits === STOPPED) return 'checking them takes too long';
    return fits ? null : describe(validate.errors ?? []);
  };
}

function describe(errors: readonly ErrorObject[]): string {
  const parts = errors.slice(0, 3).map((error) => {
    const path = error.instancePath === '' ? 'arguments' : `arguments${error.instancePath}`;
    const extra = error.params.additionalProperty as unknown;
    const name = typeof extra === 'string' ? ` (${JSON.stringify(extra.slice(0, 64))})` : '';
    return `${path}: ${error.message ?? error.keyword}${name}`;
  });
  return parts.join('; ');
}
