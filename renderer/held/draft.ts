/** A held head as text in fields, and back: pure. */
import type { HeldAnswer, HeldDetail, HeldEdit } from '../../proxy-core/contract/breakpoints/held.ts';
import type { MockBody } from '../../proxy-core/contract/rules/rule.ts';
import { fieldsOf, linesOf } from '../ui/field-lines.ts';

/** What the form holds. */
export interface Draft {
  readonly method: string;
  readonly url: string;
  readonly status: string;
  readonly statusText: string;
  /** `Name: value` a line. */
  readonly lines: string;
  readonly bodyAs: 'text' | 'bytes';
  /** Text, or bytes in hexadecimal. */
  readonly body: string;
}

function toHex(base64: string): string {
  return Array.from(atob(base64), (letter, n) => {
    const pair = letter.charCodeAt(0).toString(16).padStart(2, '0');
    return n === 0 ? pair : (n % 16 === 0 ? '\n' : ' ') + pair;
  }).join('');
}

/** Bytes of pairs of hexadecimal digits, as Base64; undefined for what is none. */
function fromHex(text: string): string | undefined {
  const digits = text.replace(/\s+/g, '');
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) return undefined;
  let binary = '';
  for (let at = 0; at < digits.length; at += 2) binary += String.fromCharCode(parseInt(digits.slice(at, at + 2), 16));
  return btoa(binary);
}

/** How many bytes Base64 stands for. */
export const bytesOf = (base64: string): number =>
  (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0);

/** The form as it begins. */
export function draftOf({ method, url, status, statusText = '', fields, body }: HeldDetail): Draft {
  const isText = body === undefined || body.text !== undefined;
  return {
    method,
    url,
    status: status === undefined ? '' : String(status),
    statusText,
    lines: linesOf(fields),
    bodyAs: isText ? 'text' : 'bytes',
    body: isText ? (body?.text ?? '') : toHex(body.base64),
  };
}

/** The same content, shown the other way; undefined when it has none: bytes that are no text. */
export function shownAs(draft: Draft, bodyAs: Draft['bodyAs']): Draft | undefined {
  if (draft.bodyAs === bodyAs) return draft;
  if (bodyAs === 'bytes') {
    const binary = Array.from(new TextEncoder().encode(draft.body), (byte) => String.fromCharCode(byte)).join('');
    return { ...draft, bodyAs, body: toHex(btoa(binary)) };
  }
  const base64 = fromHex(draft.body);
  if (base64 === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    return { ...draft, bodyAs, body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return undefined;
  }
}

function bodyOf({ bodyAs, body }: Draft): MockBody | undefined {
  if (bodyAs === 'text') return { text: body };
  const base64 = fromHex(body);
  return base64 === undefined ? undefined : { base64 };
}

/** What of it is not right, if anything. */
export function wrongWith(draft: Draft, isResponse: boolean): 'status' | 'bytes' | undefined {
  if (isResponse && !/^[2-5]\d\d$/.test(draft.status.trim())) return 'status';
  return bodyOf(draft) === undefined ? 'bytes' : undefined;
}

/** What has been changed; undefined when nothing has. */
export function editOf(before: Draft, after: Draft, isResponse: boolean): HeldEdit | undefined {
  const body = before.body === after.body && before.bodyAs === after.bodyAs ? undefined : bodyOf(after);
  const edit: HeldEdit = {
    ...(!isResponse && before.method !== after.method && { method: after.method.trim() }),
    ...(!isResponse && before.url !== after.url && { url: after.url.trim() }),
    ...(isResponse && before.status !== after.status && { status: Number(after.status) }),
    ...(isResponse && before.statusText !== after.statusText && { statusText: after.statusText }),
    ...(before.lines !== after.lines && { fields: fieldsOf(after.lines) }),
    ...(body !== undefined && { body }),
  };
  return Object.keys(edit).length === 0 ? undefined : edit;
}

/** The form as an answer. */
export function answerOf(draft: Draft): HeldAnswer {
  const body = bodyOf(draft);
  return {
    status: Number(draft.status),
    ...(draft.statusText !== '' && { statusText: draft.statusText }),
    fields: fieldsOf(draft.lines),
    ...(body !== undefined && draft.body !== '' && { body }),
  };
}

/** An answer to begin with. */
export const FIRST_ANSWER: Draft = {
  method: '',
  url: '',
  status: '200',
  statusText: '',
  lines: 'Content-Type: text/plain; charset=utf-8',
  bodyAs: 'text',
  body: '',
};
