import { getNodeValue } from 'jsonc-parser';
import { GatewayError } from '../../errors.js';
import type { ClientFiles } from './client-files.js';
import type { ClientEdit } from './edit-client-file.js';
import { type JsonDocument, containerAt, isSameJson, parseDocument } from './json-document.js';
import { removeValue, setValue } from './json-edit.js';
import { gatewayOfEntry, isSameGateway } from './recognise-entry.js';
import type { ServerEntry } from './server-entry.js';

type Section = ClientFiles['section'];

/** Puts the entry under its name, in place of one that is there; an equal one stays as it is written. */
export function installEntry(section: Section, name: string, entry: ServerEntry): ClientEdit {
  return (document) => {
    const present = entriesOf(document, section).get(name);
    return isSameJson(present, entry) ? document : setValue(document, [section, name], entry);
  };
}

/**
 * Removes the entry of that name; the edit does nothing when there is none.
 * @throws GatewayError (from the edit) `config_invalid` when that entry is some other server
 */
export function uninstallEntry(section: Section, name: string): ClientEdit {
  return (document) => {
    const entries = entriesOf(document, section);
    if (!entries.has(name)) return document;
    if (gatewayOfEntry(entries.get(name)) === null) {
      throw new GatewayError(
        'config_invalid',
        `The server "${name}" in ${document.file} is not this gateway. Nothing was changed; correct --name, or remove it by hand.`,
      );
    }
    return removeValue(document, [section, name]);
  };
}

/** What the servers of a client's file say about the gateway, before a change. */
export interface Findings {
  /** The entry of our name: none, an older one of the gateway, or another server. */
  readonly present: 'none' | 'gateway' | 'other';
  /** Names of other entries that lead to the same gateway. */
  readonly same: readonly string[];
  /** Names of all other entries that lead to any gateway, those in `same` included. */
  readonly others: readonly string[];
}

/** @param text of the file, byte order mark included; @param entry the one to compare with; undefined = none */
export function findingsIn(text: string, file: string, section: Section, name: string, entry?: ServerEntry): Findings {
  const entries = entriesOf(parseDocument(text.replace(/^\uFEFF/, ''), file), section);
  const wanted = gatewayOfEntry(entry);
  const others = [...entries].flatMap(([other, value]) => {
    const reference = other === name ? null : gatewayOfEntry(value);
    return reference === null ? [] : [{ other, reference }];
  });
  return {
    present: !entries.has(name) ? 'none' : gatewayOfEntry(entries.get(name)) === null ? 'other' : 'gateway',
    same: others
      .filter(({ reference }) => wanted !== null && isSameGateway(reference, wanted))
      .map(({ other }) => other),
    others: others.map(({ other }) => other),
  };
}

function entriesOf(document: JsonDocument, section: Section): ReadonlyMap<string, unknown> {
  const node = containerAt(document, [section], 'object');
  return new Map(node === undefined ? [] : Object.entries(getNodeValue(node) as Record<string, unknown>));
}
