/** Replies the proxy makes itself: how to connect, upstream failures, refusals. Readable as text and as HTML. */
import { getCombined, type FieldList } from '../../http/fields.ts';

/** A small reply with a body. */
export interface LocalReply {
  status: number;
  statusText: string;
  fields: string[];
  body: Uint8Array;
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:4rem auto;padding:0 1rem;color:#222;background:#fafafa}h1{font-size:1.3rem}code,pre{font:14px/1.5 ui-monospace,monospace;background:#eee;border-radius:4px;padding:.1em .3em}pre{padding:.8em}@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}code,pre{background:#2a2a2a}}';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char);
}

/** Builds a reply with a headline, paragraphs and optional lines to copy; HTML when the client asks for it, else text. */
export function buildPage(
  request: FieldList,
  status: number,
  statusText: string,
  headline: string,
  paragraphs: readonly string[],
  lines: readonly string[] = [],
): LocalReply {
  const html = /\btext\/html\b/i.test(getCombined(request, 'accept') ?? '');
  const text = html
    ? `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escapeHtml(headline)}</title><style>${STYLE}</style><h1>${escapeHtml(headline)}</h1>${paragraphs.map((p) => `<p>${escapeHtml(p)}</p>`).join('')}${lines.length > 0 ? `<pre>${lines.map(escapeHtml).join('\n')}</pre>` : ''}<p><small>BSDM-Proxy</small></p></html>\n`
    : `${[headline, ...paragraphs, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
  const body = Buffer.from(text);
  return {
    status,
    statusText,
    fields: [
      'Content-Type',
      `text/${html ? 'html' : 'plain'}; charset=utf-8`,
      'Content-Length',
      String(body.length),
      'Cache-Control',
      'no-store',
    ],
    body,
  };
}

/** Answer to only-if-cached when nothing stored may be used. */
export function nothingStoredPage(request: FieldList): LocalReply {
  return buildPage(request, 504, 'Gateway Timeout', 'Nothing usable is stored.', [
    'The request asked for a stored response only (Cache-Control: only-if-cached), and there is none that may be used.',
  ]);
}

/** Answer to a request sent as if this were a web server. */
export function howToConnectPage(request: FieldList, address: string): LocalReply {
  return buildPage(
    request,
    400,
    'Bad Request',
    'This is BSDM-Proxy, and it works.',
    [
      'It is a proxy, not a web server: set it as the HTTP proxy of your system, browser or terminal, and browse as usual.',
    ],
    [
      `export http_proxy=http://${address} https_proxy=http://${address}`,
      `curl -x http://${address} http://example.com/`,
      `chromium --proxy-server=http://${address}`,
    ],
  );
}
