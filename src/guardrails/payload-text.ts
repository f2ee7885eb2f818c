import { GatewayError, type GatewayErrorCode } from '../errors.js';
import { MAX_JSON_DEPTH } from '../strict-json.js';
import { isOpaque, readEncoded } from './encoded-field.js';

/** One array or object of the payload, with what is to change in it. */
export interface Container {
  readonly parent: Container | null;
  /** Name or index in the parent. */
  readonly key: string | number;
  readonly node: Readonly<Record<string, unknown>> | readonly unknown[];
  readonly depth: number;
  /** New values by key; null = nothing changes. */
  edits: Map<string | number, unknown> | null;
}

/** A piece of text in a payload. */
export interface TextLeaf {
  readonly text: string;
  readonly container: Container;
  readonly key: string | number;
  /** `number`: an integer written out. `base64`: the text is encoded in the payload. */
  readonly kind: 'string' | 'number' | 'base64';
}

/** Integers from here on, of either sign, may be a card, social security or phone number. */
const MIN_NUMBER = 1e8;
const MAX_SKIPPED = 100;
const NO_NAMES: ReadonlyMap<string, Container> = new Map();

/**
 * Walks a JSON value in steps and lists its text: every string, long integers, base64 that holds text, and each distinct member name.
 * Only data that is media by its declared type and base64 by its letters is passed over.
 */
export class PayloadText {
  readonly leaves: TextLeaf[] = [];
  /** Every container, parents before children. */
  readonly containers: Container[] = [];
  /** Each distinct member name that is not known to be clean, with the first object that has it. */
  get names(): ReadonlyMap<string, Container> {
    return this.#names ?? NO_NAMES;
  }

  readonly skipped: { readonly container: Container; readonly key: string | number; readonly reason: string }[] = [];
  /** UTF-16 code units of all leaves, and of the names at every member. */
  chars = 0;
  readonly #depthError: GatewayErrorCode;
  /** Made with the first name that needs a look, which in most payloads is never. */
  #names: Map<string, Container> | null = null;
  readonly #isCleanName: (name: string) => boolean;
  /** The container being visited, its index in `containers`, which is the queue, and the next member of it. */
  #current: Container;
  #currentIndex = 0;
  #member = 0;
  #memberNames: readonly string[];

  /**
   * @param depthError code of the error for a value that is nested too deeply: whose fault it is
   * @param isCleanName true for member names that need no look
   */
  constructor(
    value: Readonly<Record<string, unknown>>,
    depthError: GatewayErrorCode,
    isCleanName: (name: string) => boolean = () => false,
  ) {
    this.#depthError = depthError;
    this.#isCleanName = isCleanName;
    this.#current = { parent: null, key: '', node: value, depth: 1, edits: null };
    this.containers.push(this.#current);
    this.#memberNames = Object.keys(value);
  }

  /**
   * Visits members until the payload is done (true) or a budget is used up (false).
   * @throws GatewayError with the code of the constructor when arrays and objects are nested deeper than 64
   */
  step(maxNodes: number, maxChars: number): boolean {
    const stopAt = this.chars + maxChars;
    for (let nodes = 0; nodes < maxNodes && this.chars < stopAt; nodes++) {
      if (!this.#visitNext()) return true;
    }
    return false;
  }

  /** False when nothing is left. */
  #visitNext(): boolean {
    const container = this.#current;
    const { node } = container;
    const member = this.#member++;
    if (Array.isArray(node)) {
      if (member >= node.length) return this.#enterNext();
      this.#visit(node[member], container, member);
      return true;
    }
    const name = this.#memberNames[member];
    if (name === undefined) return this.#enterNext();
    this.chars += name.length;
    if (!this.#isCleanName(name)) this.#remember(name, container);
    this.#visit((node as Readonly<Record<string, unknown>>)[name], container, name);
    return true;
  }

  #remember(name: string, container: Container): void {
    this.#names ??= new Map();
    if (!this.#names.has(name)) this.#names.set(name, container);
  }

  #enterNext(): boolean {
    const next = this.containers[this.#currentIndex + 1];
    if (next === undefined) return false;
    this.#currentIndex++;
    this.#current = next;
    this.#member = 0;
    this.#memberNames = Array.isArray(next.node) ? [] : Object.keys(next.node);
    return true;
  }

  #visit(value: unknown, container: Container, key: string | number): void {
    if (typeof value === 'string') this.#addString(value, container, key);
    else if (typeof value === 'object' && value !== null) this.#open(value, container, key);
    else if (typeof value === 'number' && Math.abs(value) >= MIN_NUMBER && Number.isSafeInteger(value)) {
      this.#add({ text: String(value), container, key, kind: 'number' });
    }
  }

  #addString(text: string, container: Container, key: string | number): void {
    if (text === '') return;
    const encoded = key === 'data' || key === 'blob' ? readEncoded(container.node, key, text) : null;
    if (encoded === null || !isOpaque(text)) this.#add({ text, container, key, kind: 'string' });
    if (encoded === null) return;
    if ('text' in encoded) this.#add({ text: encoded.text, container, key, kind: 'base64' });
    else if (this.skipped.length < MAX_SKIPPED) this.skipped.push({ container, key, reason: encoded.skipped });
  }

  #add(leaf: TextLeaf): void {
    this.leaves.push(leaf);
    this.chars += leaf.text.length;
  }

  #open(value: object, parent: Container, key: string | number): void {
    const depth = parent.depth + 1;
    if (depth > MAX_JSON_DEPTH) {
      throw new GatewayError(this.#depthError, `The payload is nested deeper than ${String(MAX_JSON_DEPTH)} levels.`);
    }
    this.containers.push({ parent, key, node: value as Container['node'], depth, edits: null });
  }
}
