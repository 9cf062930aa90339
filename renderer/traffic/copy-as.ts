/**
 * A request as code that sends it again: curl for cmd, PowerShell, fetch, Python, HTTPie. What an origin or a page
 * chose stays data: in no form can a URL, a field or a body leave its quotes. Pure.
 */
import type { FieldLine } from '../../proxy-core/contract/exchange.ts';
import type { CopyForm } from './copy-forms.ts';
import { base64, isSentAgain, shellQuote, textOf, toCurl } from './curl.ts';

export interface CopiedRequest {
  readonly method: string;
  readonly url: string;
  readonly fields: readonly FieldLine[];
  readonly body?: Uint8Array;
}

/** The text to paste; undefined where this form cannot carry the body (bytes that are no text, on a command line). */
export function copyAs(form: CopyForm, request: CopiedRequest): string | undefined {
  const body = request.body ?? new Uint8Array();
  const fields = request.fields.filter(([name]) => isSentAgain(name));
  const text = body.length === 0 ? '' : textOf(body);
  switch (form) {
    case 'curl':
      return toCurl({ ...request, body });
    case 'curl-cmd':
      // A newline ends the command, and no quoting changes that.
      return text === undefined || /[\r\n]/.test(text) || /[\r\n]/.test(request.url)
        ? undefined
        : curlLine(request, fields, text);
    case 'powershell':
      return powershellCode(request, fields, body, text);
    case 'fetch':
      // What has no content by its method, fetch sends none for.
      return body.length > 0 && (request.method === 'GET' || request.method === 'HEAD')
        ? undefined
        : fetchCode(request, fields, body, text);
    case 'python':
      return pythonCode(request, fields, body, text);
    case 'httpie':
      return httpieLine(request, fields, body, text);
  }
}

/** A line for cmd. */
function curlLine({ method, url }: CopiedRequest, fields: readonly FieldLine[], text: string): string {
  const quote = cmdQuote;
  const parts = ['curl.exe', '--globoff'];
  if (method === 'HEAD') parts.push('--head');
  else if (method !== (text === '' ? 'GET' : 'POST')) parts.push('-X', quote(method));
  parts.push(quote(url));
  for (const [name, value] of fields) parts.push('-H', quote(`${name}: ${value}`));
  parts.push('--compressed');
  // `--data-raw` takes a leading @ as it is.
  if (text !== '') parts.push('--data-raw', quote(text));
  return parts.join(' ');
}

/** Within single quotes all is itself but the quote, which stands twice; PowerShell takes typographic ones for it, too. */
const powershellQuote = (text: string): string => `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

/**
 * For cmd and for the program behind it: the program takes `\"` as a quote, and cmd, which sees no quoting there, is kept
 * from every sign of its own by `^`. `%` has no escape on a line that is pasted: `^` within the name of a variable keeps it one.
 */
function cmdQuote(text: string): string {
  let forProgram = '"';
  let slashes = 0;
  for (const c of text) {
    if (c === '"') forProgram += '\\'.repeat(slashes + 1);
    slashes = c === '\\' ? slashes + 1 : 0;
    forProgram += c;
  }
  // Backslashes before a quote stand twice, before the one that closes, too.
  forProgram += `${'\\'.repeat(slashes)}"`;
  return forProgram.replace(/[()%!^"<>&|]/g, '^$&');
}

/** Fields that Windows PowerShell takes as parameters of their own only. */
const OWN_PARAMETERS = new Set(['content-type', 'user-agent', 'cookie', 'expect', 'range', 'if-modified-since']);

function powershellCode(
  { method, url }: CopiedRequest,
  fields: readonly FieldLine[],
  body: Uint8Array,
  text: string | undefined,
): string {
  const q = powershellQuote;
  const first = (wanted: string): string | undefined => fields.find(([name]) => name.toLowerCase() === wanted)?.[1];
  const lines = ['$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession'];
  const agent = first('user-agent');
  if (agent !== undefined) lines.push(`$session.UserAgent = ${q(agent)}`);
  for (const [name, value] of fields)
    if (name.toLowerCase() === 'cookie')
      lines.push(`$session.Cookies.SetCookies(${q(url)}, ${q(value.replace(/; ?/g, ','))})`);
  const call = [`Invoke-WebRequest -UseBasicParsing -Uri ${q(url)} -Method ${q(method)} -WebSession $session`];
  const type = first('content-type');
  if (type !== undefined) call.push(`-ContentType ${q(type)}`);
  // A table has each name once: what is repeated is one value, which means the same (RFC 9110 §5.3).
  const table = new Map<string, [name: string, values: string[]]>();
  for (const [name, value] of fields) {
    const key = name.toLowerCase();
    if (OWN_PARAMETERS.has(key)) continue;
    const known = table.get(key);
    if (known === undefined) table.set(key, [name, [value]]);
    else known[1].push(value);
  }
  if (table.size > 0)
    call.push(
      `-Headers @{ ${[...table.values()].map(([name, values]) => `${q(name)} = ${q(values.join(', '))}`).join('; ')} }`,
    );
  if (body.length > 0)
    call.push(
      text === undefined
        ? `-Body ([Convert]::FromBase64String(${q(base64(body))}))`
        : `-Body ([Text.Encoding]::UTF8.GetBytes(${q(text)}))`,
    );
  return [...lines, call.join(' ')].join('\n');
}

function fetchCode(
  { method, url }: CopiedRequest,
  fields: readonly FieldLine[],
  body: Uint8Array,
  text: string | undefined,
): string {
  const lines = [`await fetch(${js(url)}, {`, `  method: ${js(method)},`];
  if (fields.length > 0)
    lines.push('  headers: [', ...fields.map(([name, value]) => `    [${js(name)}, ${js(value)}],`), '  ],');
  if (text === undefined) lines.push(`  body: Uint8Array.from(atob(${js(base64(body))}), (c) => c.charCodeAt(0)),`);
  else if (text !== '') lines.push(`  body: ${js(text)},`);
  return [...lines, '});'].join('\n');
}

/** JSON is JavaScript, once the two line ends that older engines do not take are escaped; and no tag can end a script. */
const js = (text: string): string =>
  JSON.stringify(text).replace(/[\u2028\u2029<]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

function pythonCode(
  { method, url }: CopiedRequest,
  fields: readonly FieldLine[],
  body: Uint8Array,
  text: string | undefined,
): string {
  const lines = ['import http.client', 'from urllib.parse import urlsplit', ''];
  if (text === undefined) lines.splice(0, 0, 'import base64');
  lines.push(
    `url = urlsplit(${python(url)})`,
    'make = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection',
    'connection = make(url.netloc)',
    // Python's own client: unlike requests it sends repeated fields, in their order.
    `connection.putrequest(${python(method)}, (url.path or "/") + ("?" + url.query if url.query else ""), skip_accept_encoding=True)`,
  );
  for (const [name, value] of fields) lines.push(`connection.putheader(${python(name)}, ${python(value)})`);
  if (body.length > 0) {
    lines.push(
      text === undefined ? `body = base64.b64decode(${python(base64(body))})` : `body = ${python(text)}.encode()`,
      'connection.putheader("Content-Length", str(len(body)))',
      'connection.endheaders(body)',
    );
  } else lines.push('connection.endheaders()');
  lines.push(
    'response = connection.getresponse()',
    'print(response.status, response.reason)',
    'print(response.read())',
  );
  return lines.join('\n');
}

/** A string of JSON is one of Python, but for halves of pairs: those it writes as such pairs, which Python would keep apart. */
const python = (text: string): string =>
  `"${Array.from(text, (c) => {
    const code = c.codePointAt(0)!;
    if (c === '"' || c === '\\') return `\\${c}`;
    if (code < 0x20 || (code >= 0x7f && code <= 0xff)) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code > 0xffff) return `\\U${code.toString(16).padStart(8, '0')}`;
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : c;
  }).join('')}"`;

function httpieLine(
  { method, url }: CopiedRequest,
  fields: readonly FieldLine[],
  body: Uint8Array,
  text: string | undefined,
): string {
  const parts = ['http', '--ignore-stdin', shellQuote(method), shellQuote(url)];
  // `name: value` sets a field, `name;` one without a value; without the blank `:=` and `:@` would mean something else.
  for (const [name, value] of fields) parts.push(shellQuote(value === '' ? `${name};` : `${name}: ${value}`));
  if (body.length === 0) return parts.join(' ');
  if (text !== undefined) {
    parts.splice(1, 1, '--ignore-stdin', '--raw', shellQuote(text));
    return parts.join(' ');
  }
  parts.splice(1, 1);
  return `printf %s ${shellQuote(base64(body))} | base64 -d | ${parts.join(' ')}`;
}
