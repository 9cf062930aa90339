/** The head of a request as it goes to an origin (RFC 9112 §3): made of fields that were checked, and not made again when they are the same. */
import { parseTarget } from '../../../http/target.ts';
import { isSameList, type FieldList } from '../../../http/fields.ts';
import { CLASS, TOKEN, VALUE } from '../../wire/field-lines.ts';

/** Where requests of one origin go. */
export interface OriginSlot {
  /** `http://host:port`. */
  readonly key: string;
  readonly hostname: string;
  readonly port: number;
  /** Value of Host (RFC 9110 §7.2). */
  readonly host: string;
  /** The fields of the last request, the Host they name, and the text the others made. */
  fields: FieldList;
  fieldsHost: string;
  text: string;
}

/** Methods of which a server expects content, so that it has to be told there is none (RFC 9110 §8.6). */
const EXPECT_CONTENT: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
/** Fields of the connection, which are made here. */
const FRAMING: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]);

/** The slot of an origin; throws when it is none. */
export function originSlot(origin: string): OriginSlot {
  const parsed = parseTarget(origin);
  if (!parsed.ok) throw malformed(`"${origin}" is no origin`);
  const { hostname, port } = parsed.target;
  const authority = origin.slice(origin.indexOf('//') + 2);
  const host = authority.endsWith(':80') ? authority.slice(0, -3) : authority;
  return { key: origin, hostname, port, host, fields: [], fieldsHost: host, text: '' };
}

/** The head as text (latin1); throws when a part of it could be read as something else. */
export function requestHead(slot: OriginSlot, method: string, path: string, fields: FieldList): string {
  if (!isAll(method, TOKEN)) throw malformed('the method is malformed');
  if (!isPath(path)) throw malformed('the path is malformed');
  if (fields.length === 0 || !isSameList(fields, slot.fields)) {
    setFields(slot, fields);
  }
  // Some servers send content in answer to HEAD, which would be taken for the next reply.
  const connection = method === 'HEAD' ? 'close' : 'keep-alive';
  const length = EXPECT_CONTENT.has(method) ? 'content-length: 0\r\n' : '';
  return `${method} ${path} HTTP/1.1\r\nhost: ${slot.fieldsHost}\r\nconnection: ${connection}\r\n${slot.text}${length}\r\n`;
}

function setFields(slot: OriginSlot, fields: FieldList): void {
  let { host } = slot;
  let text = '';
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    const value = fields[i + 1]!;
    if (name === '' || !isAll(name, TOKEN) || !isAll(value, VALUE))
      throw malformed(`the field ${JSON.stringify(name)} is malformed`);
    const lower = name.toLowerCase();
    if (lower === 'host') host = value;
    else if (!FRAMING.has(lower)) text += `${name}: ${value}\r\n`;
  }
  slot.fields = fields;
  slot.fieldsHost = host;
  slot.text = text;
}

function isAll(text: string, kind: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff || !(CLASS[code]! & kind)) return false;
  }
  return true;
}

/** Visible characters: what else ends the target for one reader or another. */
function isPath(path: string): boolean {
  if (path === '') return false;
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i);
    if (code <= 0x20 || code > 0xff) return false;
  }
  return true;
}

function malformed(what: string): Error {
  return Object.assign(new Error(what), { code: 'BSDM_REQUEST_MALFORMED' });
}
