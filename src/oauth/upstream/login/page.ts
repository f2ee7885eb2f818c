import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** Colours with 4.5:1 contrast and more in both schemes (WCAG 2.2, 1.4.3). */
const STYLE = `
:root{color-scheme:light dark;--ground:#f4f5f7;--card:#fff;--text:#1b2330;--quiet:#566172;--line:#dde2ea;--act:#0b5fd0;--on-act:#fff;--good:#12734a;--bad:#b3261e}
@media (prefers-color-scheme:dark){:root{--ground:#11151c;--card:#1a202b;--text:#e8ecf3;--quiet:#a6b1c2;--line:#2d3646;--act:#7db2ff;--on-act:#0c1420;--good:#5fd39c;--bad:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--ground);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{width:100%;max-width:480px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:32px}
header{display:flex;align-items:center;gap:10px;color:var(--quiet);font-size:14px;margin-bottom:20px}
header svg{flex:none}
h1{font-size:22px;line-height:1.3;margin:0 0 12px;overflow-wrap:anywhere}
h1.good{color:var(--good)}h1.bad{color:var(--bad)}
p{margin:0 0 14px;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:auto 1fr;gap:8px 16px;margin:20px 0;padding:16px;border:1px solid var(--line);border-radius:10px;font-size:15px}
dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
button,.act{display:block;width:100%;padding:12px 18px;border:0;border-radius:10px;background:var(--act);color:var(--on-act);font:inherit;font-weight:600;text-align:center;cursor:pointer}
button:focus-visible{outline:3px solid var(--text);outline-offset:2px}
.quiet{color:var(--quiet);font-size:14px;margin:18px 0 0}
code,textarea{font:14px/1.5 ui-monospace,SFMono-Regular,Menlo,monospace}
textarea{width:100%;height:84px;padding:10px;border:1px solid var(--line);border-radius:10px;background:var(--ground);color:var(--text);resize:vertical;margin-bottom:14px}
`;

const MARK =
  '<svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M12 3l7 3v5c0 4.6-3 8.4-7 10-4-1.6-7-5.4-7-10V6z"/><path d="M9 12l2 2 4-4" stroke-linecap="round"/></svg>';

/** One page as HTML. Everything that is not written in this folder comes through `escaped`. */
export interface Page {
  readonly title: string;
  /** Inside of `main`. */
  readonly body: string;
  /** The only script that may run on it; absent = none. */
  readonly script?: string;
}

/** For text and for attribute values in double quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${String(char.charCodeAt(0))};`);
}

export function htmlOf({ title, body, script }: Page): string {
  const code = script === undefined ? '' : `<script>${script}</script>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${escaped(title)} – Secure MCP Gateway</title><style>${STYLE}</style></head>
<body><main><header>${MARK}<span>Secure MCP Gateway</span></header>${body}</main>${code}</body></html>
`;
}

/**
 * What a browser may do with the page (CSP 3): nothing but its own style. `form-action` is left out: browsers apply it to every redirect
 * after a form, and where an authorization server sends people is not known here.
 */
function policyOf({ script }: Page): string {
  const scripts = script === undefined ? '' : `; script-src '${digestOf(script)}'`;
  return `default-src 'none'; style-src '${digestOf(STYLE)}'${scripts}; base-uri 'none'; frame-ancestors 'none'`;
}

/** @param cookies lines of Set-Cookie */
export function sendPage(res: ServerResponse, status: number, page: Page, cookies: readonly string[] = []): void {
  const html = htmlOf(page);
  res.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
    'content-security-policy': policyOf(page),
    'cache-control': 'no-store',
    // Not no-referrer: browsers would send the form with `Origin: null`.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    ...(cookies.length > 0 && { 'set-cookie': [...cookies] }),
  });
  res.end(res.req.method === 'HEAD' ? undefined : html);
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
