import type { Coding } from '../text-detector.js';
import { countAnchors } from './anchor-words.js';

/** A text with a disguise taken off, and the part of the text that it was taken from. */
export interface Undisguised extends Part {
  readonly coding: Coding;
}

/** A part of a text. */
export interface Part {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Longest part that is written anew; disguised orders are short. */
export const MAX_PART = 8_192;
/** Kept around what gave a disguise away. */
const AROUND = 1_024;
/** Anchor words that must come to light which were not there before. */
export const MIN_NEW_ANCHORS = 2;
export const ENOUGH_ANCHORS = 6;

/** What lies between two places of a text, and something around it. */
export function around(text: string, first: number, last: number): Part {
  const start = Math.max(0, first - AROUND);
  const end = Math.min(text.length, last + AROUND, start + MAX_PART + 2 * AROUND);
  return { text: text.slice(start, end), start, end };
}

/** The new text, if it holds anchor words that the part did not. */
export function ifRevealing(coding: Coding, part: Part, text: string): Undisguised[] {
  const isRevealing = countAnchors(text, ENOUGH_ANCHORS) >= countAnchors(part.text, ENOUGH_ANCHORS) + MIN_NEW_ANCHORS;
  return isRevealing ? [{ coding, text, start: part.start, end: part.end }] : [];
}
