// The second half of `npm run build`: joins the modules of dist/, and of the packages with the most modules, into a few files in
// dist/bundle, because the gateway's start was mostly the looking up of a thousand files (ADR 0023).
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rollup } from 'rollup';

/**
 * All that imports Nest is among them: a second copy of its classes beside the first would not know them. CommonJS packages and those
 * with native or worker files of their own stay outside.
 */
const JOINED = [/^@nestjs\//, 'nestjs-pino', 'zod'];

const isJoined = (id) => JOINED.some((name) => (typeof name === 'string' ? name === id : name.test(id)));
const isFile = (id) => id.startsWith('.') || path.isAbsolute(id);
const isOfPackage = (id) => id?.includes(`${path.sep}node_modules${path.sep}`) === true;

/**
 * `import.meta.url` stays the address of the module that says it: files beside the modules, and packages that are there or not, are
 * found from there.
 * @param folder where the bundle is written
 */
function addressesOfModules(folder) {
  return {
    name: 'addresses-of-modules',
    resolveImportMeta(property, { moduleId }) {
      if (property !== 'url') return null;
      const target = path.relative(folder, moduleId).split(path.sep).join('/');
      return `new URL(${JSON.stringify(target)}, import.meta.url).href`;
    },
  };
}

/** Code of others has files of its own, apart by when it is needed: commands need zod, the gateway Nest, and its API docs Swagger. */
function chunkOf(id) {
  if (!isOfPackage(id)) return null;
  const name = ['zod', 'swagger'].find((one) => id.split(path.sep).includes(one));
  return `packages-${name ?? 'nest'}`;
}

/** Packages import optional ones, and each other in circles; of ours neither is expected. */
function refuse({ code, message, ids = [], id, exporter }) {
  // What TypeScript writes for decorators asks for `this`, and goes on without it.
  if (code === 'THIS_IS_UNDEFINED' || [id, ...ids].some(isOfPackage)) return;
  throw new Error(`bundling: ${message}${exporter ? ` (${exporter})` : ''}`);
}

/** What is started by its address: the command, and the thread that scans large texts. */
const ENTRIES = { main: ['cli', 'main.js'], 'scan-thread': ['guardrails', 'scan-thread.js'] };

/**
 * Writes dist/bundle, and makes the entries start from there.
 * @param dist absolute path of the compiled modules
 */
export async function bundle(dist) {
  const folder = path.join(dist, 'bundle');
  const entries = new Map(Object.entries(ENTRIES).map(([name, parts]) => [name, path.join(dist, ...parts)]));
  const joined = await rollup({
    input: Object.fromEntries(entries),
    external: (id) => !isFile(id) && !isJoined(id),
    // Modules that are imported for what they do keep doing it, in their order. zod's do nothing, and most of them are translations.
    treeshake: { moduleSideEffects: (id) => !isOfPackage(id) || !id.includes(`${path.sep}zod${path.sep}`) },
    plugins: [
      nodeResolve({ resolveOnly: JOINED, exportConditions: ['node', 'import'], preferBuiltins: true }),
      addressesOfModules(folder),
    ],
    onwarn: refuse,
  });
  try {
    const names = { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', manualChunks: chunkOf };
    await joined.write({ dir: folder, format: 'es', ...names });
  } finally {
    await joined.close();
  }
  for (const [name, entry] of entries) writeFileSync(entry, `#!/usr/bin/env node\nimport '../bundle/${name}.js';\n`);
}
