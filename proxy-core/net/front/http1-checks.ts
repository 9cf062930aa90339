/** What is wrong with a request head that node's parser let through. Pure; the front refuses what is named here. */
import { isIPv6 } from 'node:net';
import type { FieldList } from '../../http/fields.ts';

/** A request to refuse: the status, and the sentence its reply says. */
export interface Refusal {
  status: 400 | 414 | 417 | 431 | 501 | 505;
  problem: string;
}

export interface HeadToCheck {
  method: string;
  /** `1.1`, as the parser read it; `0.9` when there was none. */
  httpVersion: string;
  fields: FieldList;
}

/** More field lines than any honest request has; HAProxy takes 101. */
export const MAX_FIELD_LINES = 1000;

/** Checks version, Host and framing; undefined when the request may be served. */
export function checkHead({ method, httpVersion, fields }: HeadToCheck): Refusal | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    // RFC 9110 §15.6.6 is for versions there are; HTTP/0.9 knew no fields and no versions.
    return httpVersion.startsWith('0.')
      ? { status: 400, problem: 'HTTP/0.9 and request lines without a version are not supported' }
      : { status: 505, problem: `HTTP/${httpVersion} is not supported, use HTTP/1.1` };
  }
  if (fields.length > 2 * MAX_FIELD_LINES)
    return { status: 431, problem: `the request has more than ${MAX_FIELD_LINES} field lines` };
  let host: string | undefined;
  let coding: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (name.length === 4) {
      if (name.toLowerCase() !== 'host') continue;
      if (host !== undefined)
        return { status: 400, problem: 'the request has more than one Host field (RFC 9112 §3.2)' };
      host = fields[i + 1]!;
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding')
      coding = coding === undefined ? fields[i + 1]! : `${coding},${fields[i + 1]!}`;
  }
  if (host === undefined) {
    // Old clients leave it out of CONNECT, where the target says the same.
    if (httpVersion === '1.1' && method !== 'CONNECT')
      return { status: 400, problem: 'the request has no Host field (RFC 9112 §3.2)' };
  } else if (!isHost(host))
    return { status: 400, problem: 'the Host field is not a host with an optional port (RFC 9112 §3.2)' };
  return coding === undefined ? undefined : checkCoding(coding, httpVersion);
}

/** RFC 9112 §6.1: the one coding a request may have here is chunked. */
function checkCoding(coding: string, httpVersion: string): Refusal | undefined {
  if (httpVersion === '1.0')
    return {
      status: 400,
      problem: 'Transfer-Encoding in an HTTP/1.0 request makes its framing ambiguous (RFC 9112 §6.1)',
    };
  if (coding.length === 7 && coding.toLowerCase() === 'chunked') return undefined;
  const codings = coding.split(',').map((item) => item.trim().toLowerCase());
  const lastIsChunked = codings.pop() === 'chunked';
  if (!lastIsChunked || codings.includes('chunked') || codings.includes(''))
    return {
      status: 400,
      problem: 'chunked must be the last transfer coding, and appear exactly once (RFC 9112 §6.3)',
    };
  return { status: 501, problem: 'transfer codings other than chunked are not supported (RFC 9112 §6.1)' };
}

/** Characters of a reg-name: unreserved and sub-delims of RFC 3986 §2; `%` is looked at apart. */
const REG_NAME = new Uint8Array(128);
for (const char of "-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  REG_NAME[char.charCodeAt(0)] = 1;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const isHex = (code: number): boolean =>
  isDigit(code) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);

/** True for `uri-host [":" port]` (RFC 9110 §7.2), which may be empty. One pass, no expression. */
export function isHost(value: string): boolean {
  let at = 0;
  if (value.startsWith('[')) {
    const end = value.indexOf(']');
    // A zone is written %25 in URIs (RFC 6874); isIPv6 takes the plain sign.
    if (end < 0 || end > 80 || !isIPv6(value.slice(1, end).replace('%25', '%'))) return false;
    at = end + 1;
  } else {
    for (; at < value.length && value[at] !== ':'; at++) {
      const code = value.charCodeAt(at);
      if (code === 0x25 && isHex(value.charCodeAt(at + 1)) && isHex(value.charCodeAt(at + 2))) at += 2;
      else if (REG_NAME[code] !== 1) return false;
    }
  }
  if (at === value.length) return true;
  if (value[at] !== ':') return false;
  for (let digit = at + 1; digit < value.length; digit++) if (!isDigit(value.charCodeAt(digit))) return false;
  return value.length - at <= 6 && Number(value.slice(at + 1)) <= 65_535;
}

/** What to answer to bytes node's parser gave up on: `code` and `message` are its error's, `seen` the bytes before the place. */
export function answerToMalformed(code: string, message: string, seen: string): { status: number; phrase: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, phrase: 'Request Header Fields Too Large' };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, phrase: 'Content Too Large' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, phrase: 'Request Timeout' };
    case 'HPE_PAUSED_H2_UPGRADE': // HTTP/2 without asking
      return { status: 505, phrase: 'HTTP Version Not Supported' };
    case 'HPE_INVALID_VERSION':
      // A well-formed version that is not supported; anything else is a malformed request line.
      if (message.includes('Invalid HTTP version') && !/0\.[0-9]$/.test(seen))
        return { status: 505, phrase: 'HTTP Version Not Supported' };
  }
  return { status: 400, phrase: 'Bad Request' };
}
