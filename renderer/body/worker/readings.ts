/** Texts that hold something in a form of their own, read into JSON for the tree, or into rows. Pure, in one pass each. */
import type { Work } from './work.ts';

/** Documents of one stream shown. */
const DOCUMENTS_MAX = 20_000;
const STEP_LINES = 1024;

/**
 * Newline-delimited JSON (and JSON text sequences, RFC 7464) as one array, each document as it was sent. A line that is
 * none becomes a string.
 */
export function* linesAsJson(text: string): Work<string> {
  const parts: string[] = [];
  let n = 0;
  for (let at = 0; at < text.length && parts.length < DOCUMENTS_MAX;) {
    const end = text.indexOf('\n', at);
    const line = text
      .slice(at, end < 0 ? text.length : end)
      .replaceAll('\u001e', '')
      .trim();
    at = end < 0 ? text.length : end + 1;
    if (++n % STEP_LINES === 0) yield;
    if (line === '') continue;
    let isJson = true;
    try {
      JSON.parse(line);
    } catch {
      isJson = false;
    }
    parts.push(isJson ? line : JSON.stringify(line));
  }
  return `[${parts.join(',\n')}]`;
}

/** Longer tokens are no JSON Web Tokens that anybody sends. */
const TOKEN_MAX = 32 * 1024;

function base64Url(part: string): string | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(part)) return undefined;
  try {
    const binary = atob(part.replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
  } catch {
    return undefined;
  }
}

function jsonObject(part: string | undefined): string | undefined {
  const text = part === undefined ? undefined : base64Url(part);
  if (text?.startsWith('{') !== true) return undefined;
  try {
    JSON.parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/** A JSON Web Token (RFC 7519) as JSON: its header and claims as they were signed; undefined for anything else. Nothing is verified. */
export function jwtJson(text: string): string | undefined {
  if (text.length > TOKEN_MAX) return undefined;
  const [head, claims, signature, ...more] = text.trim().split('.', 4);
  const header = jsonObject(head);
  const payload = jsonObject(claims);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return undefined;
  return `{"header":${header},"payload":${payload},"signature":${JSON.stringify(signature.slice(0, 4096))}}`;
}

/** Parts of a multipart body shown. */
const PARTS_MAX = 500;
const PREVIEW_CHARS = 4000;

/** The boundary of a multipart text: its first delimiter, which every body begins with but for a preamble nobody reads. */
function boundaryOf(text: string): string | undefined {
  const start = text.startsWith('--') ? 0 : text.indexOf('\n--') + 1;
  if (start === 0 && !text.startsWith('--')) return undefined;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end < 0 ? start + 100 : Math.min(end, start + 100)).trimEnd();
  return line.length > 2 ? line : undefined;
}

function parameter(head: string, name: string): string | undefined {
  const at = head.toLowerCase().indexOf(`${name}=`);
  if (at < 0) return undefined;
  const value = head.slice(at + name.length + 1);
  if (!value.startsWith('"')) return value.split(/[;\r\n]/, 1)[0]?.trim();
  const end = value.indexOf('"', 1);
  return value.slice(1, end < 0 ? undefined : end);
}

/** The parts of a multipart body (RFC 2046 §5.1) as rows: name (with file and type), content. */
export function* multipartRows(text: string): Work<{ pairs: [name: string, value: string][]; left: number }> {
  const pairs: [string, string][] = [];
  const boundary = boundaryOf(text);
  if (boundary === undefined) return { pairs, left: text.length };
  let at = text.indexOf(boundary);
  while (at >= 0 && pairs.length < PARTS_MAX) {
    const start = at + boundary.length;
    if (text.startsWith('--', start)) return { pairs, left: 0 };
    let next = text.indexOf(`\n${boundary}`, start);
    const content = text.slice(start, next < 0 ? text.length : next);
    if (next >= 0) next += 1;
    at = next;
    const gap = content.indexOf('\r\n\r\n');
    const head = gap < 0 ? content.slice(0, PREVIEW_CHARS) : content.slice(0, Math.min(gap, PREVIEW_CHARS));
    const body = gap < 0 ? '' : content.slice(gap + 4).replace(/\r$/, '');
    const file = parameter(head, 'filename');
    const typeAt = head.toLowerCase().indexOf('content-type:');
    const type =
      typeAt < 0
        ? undefined
        : head
            .slice(typeAt + 13)
            .split('\n', 1)[0]
            ?.trim();
    const facts = [parameter(head, '; name') ?? parameter(head, ' name') ?? '', file ?? '', type ?? ''];
    pairs.push([facts.filter((fact) => fact !== '').join(' · '), readable(body)]);
    yield;
  }
  return { pairs, left: at < 0 ? 0 : text.length - at };
}

/** Text as it is; of what is none the number of its characters. */
function readable(body: string): string {
  const head = body.slice(0, PREVIEW_CHARS);
  for (let index = 0; index < head.length; index++) {
    const code = head.charCodeAt(index);
    if (code === 0 || code === 0xfffd) return `(${body.length})`;
  }
  return body.length > PREVIEW_CHARS ? `${head}…` : head;
}

/** A GraphQL request as text: the operation as it was written, then its variables; undefined for anything else. */
export function graphqlText(text: string, mediaType: string): string | undefined {
  if (mediaType === 'application/graphql') return text;
  if (!text.trimStart().startsWith('{')) return undefined;
  let request: unknown;
  let variables: unknown;
  try {
    request = JSON.parse(text);
    variables = JSON.stringify(valueOf(request, 'variables'), null, 2);
  } catch {
    // No JSON, or nested too deep for the platform.
    return undefined;
  }
  const query = valueOf(request, 'query');
  if (typeof query !== 'string' || !/^\s*(?:query|mutation|subscription|fragment|\{|#)/.test(query.slice(0, 200)))
    return undefined;
  const out = [];
  const name = valueOf(request, 'operationName');
  if (typeof name === 'string') out.push(`# ${name.slice(0, 200)}`);
  out.push(query.trim());
  if (typeof variables === 'string' && variables !== 'null') out.push(`# variables\n${variables}`);
  return out.join('\n\n');
}

function valueOf(record: unknown, name: string): unknown {
  return typeof record === 'object' && record !== null
    ? new Map<string, unknown>(Object.entries(record)).get(name)
    : undefined;
}
