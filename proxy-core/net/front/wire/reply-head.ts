/** The head of a reply as text (RFC 9112 §4 to §6): what frames it is written here, what may not stand in a head is cleaned. */
import type { FieldList } from '../../../http/fields.ts';
import { Recent } from '../../../http/recent.ts';
import { isLength } from '../../wire/field-lines.ts';
import type { KnownFields } from '../front.ts';
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

/** Field lines as they are written, and what they say that is not written as it stands. */
interface Lines {
  text: string;
  length: number | undefined;
  trailer: string;
  closes: boolean;
}

/** Adds the lines from `from` on. */
function addLines(fields: FieldList, from: number, lines: Lines): void {
  let { text } = lines;
  for (let i = from; i + 1 < fields.length; i += 2) {
    const name = fields[i]!;
    const kind = kindOf(name);
    if (kind === INVALID || kind === CODING) continue;
    let value = fields[i + 1]!;
    if (!isClean(value)) value = wireFields([name, value])[1]!;
    if (kind === PLAIN) text += `${name}: ${value}\r\n`;
    else if (kind === TRAILER) lines.trailer += `${name}: ${value}\r\n`;
    else if (kind === CONNECTION) lines.closes ||= isClose(value);
    else if (lines.length === undefined && isLength(value)) {
      lines.length = Number(value);
      text += `${name}: ${value}\r\n`;
    }
  }
  lines.text = text;
}

/** {@link KnownFields.prepared} of lines that came once: it pays for those that come again. */
const CAME_ONCE = Symbol('came once');

/** The lines that the fields begin with, made once. */
class PreparedLines implements Lines {
  readonly text: string;
  readonly length: number | undefined;
  readonly trailer: string;
  readonly closes: boolean;

  constructor(fields: FieldList) {
    const lines: Lines = { text: '', length: undefined, trailer: '', closes: false };
    addLines(fields, 0, lines);
    // In one piece: what is put together with + is put together anew each time it is written.
    this.text = Buffer.from(lines.text, 'latin1').toString('latin1');
    this.length = lines.length;
    this.trailer = lines.trailer;
    this.closes = lines.closes;
  }
}

function preparedOf(begin: KnownFields): PreparedLines | undefined {
  const { prepared } = begin;
  if (prepared instanceof PreparedLines) return prepared;
  if (prepared === CAME_ONCE) {
    const made = new PreparedLines(begin.fields);
    begin.prepared = made;
    return made;
  }
  begin.prepared = CAME_ONCE;
  return undefined;
}

/** Writes status line and fields, and says what frames the content that follows. `begin`: lines that the fields begin with. */
export function buildReplyHead(
  status: number,
  statusText: string,
  fields: FieldList,
  { method, httpVersion, mayKeep }: ReplyTo,
  begin?: KnownFields,
): { text: string; framing: Framing } {
  // A final answer has a status between these, whatever the origin said (RFC 9110 §15).
  const usable = status >= 200 && status <= 999;
  const code = usable ? status : 502;
  const first = `HTTP/1.1 ${code} ${usable ? wirePhrase(statusText) : 'Bad Gateway'}\r\n`;
  const prepared = begin === undefined ? undefined : preparedOf(begin);
  const lines: Lines =
    prepared === undefined
      ? { text: first, length: undefined, trailer: '', closes: false }
      : { text: first + prepared.text, length: prepared.length, trailer: prepared.trailer, closes: prepared.closes };
  addLines(fields, prepared === undefined ? 0 : begin!.fields.length, lines);
  const { length } = lines;
  let keepsConnection = mayKeep && !lines.closes;
  const hasContent = method !== 'HEAD' && code !== 204 && code !== 304;
  const chunked = hasContent && length === undefined && httpVersion === '1.1';
  if (chunked) lines.text += `${lines.trailer}Transfer-Encoding: chunked\r\n`;
  else if (hasContent && length === undefined) keepsConnection = false; // its end is the end of the connection
  return {
    text: lines.text + (keepsConnection ? KEPT : CLOSED),
    framing: { hasContent, chunked, length, keepsConnection },
  };
}

function isClose(value: string): boolean {
  return value.split(',').some((option) => option.trim().toLowerCase() === 'close');
}
