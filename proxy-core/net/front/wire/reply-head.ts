/** The head of a reply as text (RFC 9112 §4 to §6): what frames it is written here, what may not stand in a head is cleaned. */
import type { FieldList } from '../../../http/fields.ts';
import { Recent } from '../../../http/recent.ts';
import { isLength } from '../../wire/field-lines.ts';
import { isClean, isToken, wireFields, wirePhrase } from '../wire-text.ts';

/** What a field is to whoever writes a head. */
const PLAIN = 0;
const INVALID = 1;
const LENGTH = 2;
/** Made anew. */
const CODING = 3;
const CONNECTION = 4;
const TRAILER = 5;

const OURS: ReadonlyMap<string, number> = new Map([
  ['content-length', LENGTH],
  ['transfer-encoding', CODING],
  ['connection', CONNECTION],
  ['keep-alive', CODING],
  ['trailer', TRAILER],
]);
/** The kinds of names that were seen. */
const kinds = new Recent<number>(512, 64);

function kindOf(name: string): number {
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = isToken(name) ? (OURS.get(name.toLowerCase()) ?? PLAIN) : INVALID;
    kinds.set(name, kind);
  }
  return kind;
}

/** How a reply is framed. */
export interface Framing {
  /** Content follows at all: not for HEAD, 204, 304 (RFC 9110 §6.4.1). */
  hasContent: boolean;
  chunked: boolean;
  /** As Content-Length says. */
  length: number | undefined;
  keepsConnection: boolean;
}

/** What the request asks of it. */
export interface ReplyTo {
  method: string;
  httpVersion: string;
  mayKeep: boolean;
}

const KEPT = 'Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n';
const CLOSED = 'Connection: close\r\n\r\n';

/** Writes status line and fields, and says what frames the content that follows. */
export function buildReplyHead(
  status: number,
  statusText: string,
  fields: FieldList,
  { method, httpVersion, mayKeep }: ReplyTo,
): { text: string; framing: Framing } {
  // A final answer has a status between these, whatever the origin said (RFC 9110 §15).
  const usable = status >= 200 && status <= 999;
  const code = usable ? status : 502;
  let text = `HTTP/1.1 ${code} ${usable ? wirePhrase(statusText) : 'Bad Gateway'}\r\n`;
  let length: number | undefined;
  let trailer = '';
  let keepsConnection = mayKeep;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fields[i]!;
    const kind = kindOf(name);
    if (kind === INVALID || kind === CODING) continue;
    let value = fields[i + 1]!;
    if (!isClean(value)) value = wireFields([name, value])[1]!;
    if (kind === PLAIN) text += `${name}: ${value}\r\n`;
    else if (kind === TRAILER) trailer += `${name}: ${value}\r\n`;
    else if (kind === CONNECTION) keepsConnection &&= !isClose(value);
    else if (length === undefined && isLength(value)) {
      length = Number(value);
      text += `${name}: ${value}\r\n`;
    }
  }
  const hasContent = method !== 'HEAD' && code !== 204 && code !== 304;
  const chunked = hasContent && length === undefined && httpVersion === '1.1';
  if (chunked) text += `${trailer}Transfer-Encoding: chunked\r\n`;
  else if (hasContent && length === undefined) keepsConnection = false; // its end is the end of the connection
  text += keepsConnection ? KEPT : CLOSED;
  return { text, framing: { hasContent, chunked, length, keepsConnection } };
}

function isClose(value: string): boolean {
  return value.split(',').some((option) => option.trim().toLowerCase() === 'close');
}
