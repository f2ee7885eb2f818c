import { type Context, Script, createContext } from 'node:vm';

/** Given back when the work was stopped. */
export const STOPPED = Symbol('stopped');

const script = new Script('work()');
let realm: (Context & { work: () => unknown }) | undefined;

/**
 * Runs synchronous work and stops it after a time, wherever it is: endless recursion, loops and regular expressions included. Costs
 * about 30 microseconds for the thread that watches the clock. Made when it is first needed.
 * @returns the work's result, or STOPPED after `ms` milliseconds and when the work has used up the stack
 * @throws what else the work throws
 */
export function runBounded<T>(ms: number, work: () => T): T | typeof STOPPED {
  realm ??= createContext({ work: () => undefined }) as Context & { work: () => unknown };
  realm.work = work;
  try {
    return script.runInContext(realm, { timeout: ms }) as T;
  } catch (error) {
    if (error instanceof RangeError || isTimeout(error)) return STOPPED;
    throw error;
  } finally {
    realm.work = () => undefined;
  }
}

/** The error comes from V8 and need not be an instance of this realm's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
