import type { Channel } from '../../contracts/channel.js';
import type { DetectorName } from '../../contracts/finding.js';
import type { Hit } from './hit.js';
import type { TextWindow } from './text-window.js';

/** Where a text stands in its payload. */
export interface TextContext {
  readonly channel: Channel;
  /** Name of the nearest field that holds the text; empty when there is none. */
  readonly field: string;
  /** Tool that is called or defined; empty when the text belongs to none. */
  readonly tool: string;
}

/** How a text was written before it was decoded. */
export type Coding =
  | 'base64'
  | 'base32'
  | 'hex'
  | 'binary'
  | 'decimal'
  | 'percent'
  | 'entities'
  | 'escapes'
  | 'tags'
  | 'spaced'
  | 'split'
  | 'leet'
  | 'accents'
  | 'reversed'
  | 'rot13';

/** One form of a text as detectors see it: the text itself, or something decoded from a part of it. */
export interface TextView {
  /** Compatibility forms folded, invisible characters dropped, look-alike letters in mixed-script words replaced; letter case as written. */
  readonly text: string;
  /** The same before normalisation. */
  readonly source: string;
  /** What was decoded to get here, outermost first; empty for the text itself. */
  readonly codings: readonly Coding[];
  /** Invisible, tag and bidirectional control characters that normalisation dropped: their presence is a signal. */
  readonly invisible: number;
  /** Words in which look-alike letters were replaced. */
  readonly lookalikes: number;
}

/**
 * A detector over texts, built once per policy and shared by its calls, so that nothing of a call stays in it. Linear in the text,
 * whatever the text; dear work only behind a literal prefilter.
 */
export interface TextDetector {
  readonly name: DetectorName;
  /** Whether it wants decoded views too. */
  readonly readsDecoded: boolean;
  /** Whether it also wants a call as one text, `tool {json of the arguments}`: no single value shows what a call does. */
  readonly readsWholeCall?: boolean;
  /** What of its configuration it cannot decide, one sentence each: said in receipts instead of guessed. */
  readonly notCheckable?: readonly string[];
  /** Starts on one view; null when nothing can be found in it (no context that matters, nothing configured). */
  open(view: TextView, context: TextContext): TextCursor | null;
}

/** One scan of one view. Gets the windows of `view.text` in order, without gaps. */
export interface TextCursor {
  /** Takes at most some 2 ms for a window. Looking at the text outside of the window is allowed, within bounds. */
  scan(window: TextWindow): void;
  /** What was found, in offsets of `view.text`. Called once, after the last window. */
  finish(): readonly Hit[];
}
