import { isUtf8 } from 'node:buffer';

/** What stands in a field that MCP defines as base64: text to check, or the reason why there is none. */
export type EncodedField = { readonly text: string } | { readonly skipped: string };

/** RFC 4648 §4, without line breaks. */
const CANONICAL = /^[A-Za-z0-9+/]*={0,2}$/;
/** How PNG, JPEG, GIF, RIFF (WebP, WAV), Ogg and MP3 begin, in base64. */
const MEDIA_START = /^(?:iVBORw|\/9|R0lGOD|UklGR|T2dnUw|SUQz)/;
/** Nearly all media is longer, and every name and number is shorter. */
const MIN_OPAQUE_CHARS = 256;
const NOT_BASE64 = /[^A-Za-z0-9+/=_\-\r\n]/;
const MEDIA = /^(?:image|audio|video|font)\/(?!svg)/i;

/**
 * Looks into `data` of an image or audio block and `blob` of a resource (spec 2025-11-25, ImageContent, AudioContent,
 * BlobResourceContents). Null = an ordinary string: the siblings do not declare such a field, or its letters are not base64.
 * A declared type alone never hides anything: what is not media by MIME type is decoded, and read when it is UTF-8.
 */
export function readEncoded(node: object, key: 'data' | 'blob', value: string): EncodedField | null {
  const { type, uri, mimeType } = node as {
    readonly type?: unknown;
    readonly uri?: unknown;
    readonly mimeType?: unknown;
  };
  const isDeclared = key === 'data' ? type === 'image' || type === 'audio' : typeof uri === 'string';
  if (!isDeclared || NOT_BASE64.test(value)) return null;
  if (typeof mimeType === 'string' && MEDIA.test(mimeType)) return { skipped: 'media' };
  const bytes = Buffer.from(value, 'base64');
  return isUtf8(bytes) ? { text: bytes.toString('utf8') } : { skipped: 'binary' };
}

/**
 * False when the letters of an encoded field may be words or numbers themselves: `falcon` and a card number are base64 too. They are
 * then checked as they stand as well; in what is long and well-formed, short keywords would be found by accident.
 */
export function isOpaque(value: string): boolean {
  if (value.length < MIN_OPAQUE_CHARS && !MEDIA_START.test(value)) return false;
  return value.length % 4 === 0 && CANONICAL.test(value);
}
