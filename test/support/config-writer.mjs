// One writer of a config file, for test/e2e/config-writers.spec.ts. Prints a line for every user that is in the file for good.
import { updateConfigFile } from '../../dist/config/update-config-file.js';

const [path, name, amount, hangAt] = process.argv.slice(2);

for (let n = 1; n <= Number(amount); n++) {
  const id = `${name}-${n}`;
  await updateConfigFile(path, (config) => {
    if (n === Number(hangAt)) {
      process.stdout.write('hanging\n');
      // Holds the lock and a temp file, and answers nobody: only SIGKILL ends it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    }
    return { ...config, users: { ...config.users, [id]: { email: `${id}@example.com` } } };
  });
  process.stdout.write(`${id}\n`);
}
