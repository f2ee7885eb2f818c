import { AdministrationError } from './administration-error.js';
import { canonical, isObject, type Json, objectOf } from './document.js';

/** Sections whose secrets are sent to addresses beside them. Servers have rules of their own. */
const SECTIONS = ['plugins', 'hooks', 'common_mcp_gateway_config'];
const REFERENCE = /\$\{(?:env|file):/;
/** Members that say where something is sent. */
const WHERE = /url|uri|host|endpoint|address|port$/i;

/**
 * Refuses references that would lead somewhere else: each stays in its place, and the addresses beside and above it stay as they are.
 * What it leads to would else be sent to whoever the API names.
 * @throws AdministrationError `forbidden`
 */
export function refuseMovedReferences(before: Json, after: Json): void {
  for (const section of SECTIONS) judge(section, after[section], before[section]);
}

/** @returns whether there is a reference in it */
function judge(path: string, after: unknown, before: unknown): boolean {
  if (typeof after === 'string') {
    if (!REFERENCE.test(after)) return false;
    if (after !== before) throw moved(path);
    return true;
  }
  if (Array.isArray(after)) {
    const old: readonly unknown[] = Array.isArray(before) ? before : [];
    return after.map((item, index) => judge(`${path}[${String(index)}]`, item, old[index])).includes(true);
  }
  if (!isObject(after)) return false;
  const old = objectOf(before);
  const holds = Object.entries(after).map(([name, value]) => judge(`${path}.${name}`, value, old[name]));
  if (!holds.includes(true)) return false;
  const names = new Set([...Object.keys(after), ...Object.keys(old)]);
  for (const name of names) {
    if (WHERE.test(name) && canonical(after[name]) !== canonical(old[name])) throw moved(`${path}.${name}`);
  }
  return true;
}

function moved(path: string): AdministrationError {
  return new AdministrationError(
    'forbidden',
    `${path} decides where the value of a reference to a variable or file is sent: it can be changed in the file alone.`,
  );
}
