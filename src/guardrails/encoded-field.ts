import { isUtf8 } from 'node:buffer';

/** What stands in a field that MCP defines as base64: text to check, or the reason why there is none. */
export type EncodedField = { readonly text: string } | { readonly skipped: string };

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
