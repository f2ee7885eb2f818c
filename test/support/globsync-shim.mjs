// The conformance suite imports fs.globSync, which Node 20 lacks and only its `tier-check` command uses. With `--import` this gives it one.
import fs from 'node:fs';
import { register } from 'node:module';

if (typeof fs.globSync !== 'function') {
  const hook = `
    const SHIM = 'data:text/javascript,' + encodeURIComponent(
      "export * from 'node:fs'; export { default } from 'node:fs'; export const globSync = () => { throw new Error('needs Node 22'); };");
    export async function resolve(specifier, context, next) {
      if (specifier !== 'fs' || !/\\/conformance(-next)?\\//.test(context.parentURL ?? '')) return next(specifier, context);
      return { url: SHIM, shortCircuit: true, format: 'module' };
    }`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
