/** Fields between HTTP/2 (RFC 9113 §8) and the lists everybody else uses. Pure. */
import type { FieldList } from '../../http/fields.ts';
import { wireFields } from './wire-text.ts';

/** A request head without its pseudo-header fields, or what is wrong with it. */
export type Http2Head =
  | { ok: true; method: string; target: string; scheme: string; fields: string[] }
  | { ok: false; status: 400 | 431; problem: string };

/** As many as HTTP/1 may have, see `http1-checks.ts`. */
const MAX_FIELD_LINES = 1000;

/**
 * The head of a request from node's flat list. `:authority` becomes Host, first as RFC 9110 §7.2 wants it; crumbs of
 * Cookie become one (RFC 9113 §8.2.3). Names stay in lower case, as they came.
 */
export function readHttp2Head(raw: readonly string[]): Http2Head {
  let method = '';
  let target = '';
  let scheme = '';
  let authority: string | undefined;
  let host: string | undefined;
  let cookieAt = -1;
  const fields: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    if (name.startsWith(':')) {
      if (name === ':method') method = value;
      else if (name === ':path') target = value;
      else if (name === ':scheme') scheme = value;
      else if (name === ':authority') authority = value;
    } else if (name === 'host') {
      if (host !== undefined) return refused('the request has more than one Host field (RFC 9112 §3.2)');
      host = value;
    } else if (name === 'cookie' && cookieAt >= 0) fields[cookieAt] += `; ${value}`;
    else {
      if (name === 'cookie') cookieAt = fields.length + 1;
      fields.push(name, value);
    }
  }
  // RFC 9113 §8.3.1: a request that says two things of its host is malformed.
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase())
    return refused(':authority and Host name different hosts (RFC 9113 §8.3.1)');
  const named = authority ?? host;
  if (named === undefined || named === '') return refused('the request names no host');
  if (fields.length > 2 * MAX_FIELD_LINES)
    return { ok: false, status: 431, problem: `the request has more than ${MAX_FIELD_LINES} field lines` };
  return { ok: true, method, target, scheme, fields: ['host', named, ...fields] };
}

function refused(problem: string): Http2Head {
  return { ok: false, status: 400, problem };
}

/** Fields of one HTTP/1 connection, which no message of HTTP/2 has (RFC 9113 §8.2.2). */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'te',
  // The phrase of a refused upgrade; h2 has none.
]);

/** Fields as they may be sent: names in lower case, values cleaned, none of a connection. */
export function toHttp2Fields(fields: FieldList): string[] {
  const cleaned = wireFields(fields);
  const out: string[] = [];
  for (let i = 0; i < cleaned.length; i += 2) {
    const name = cleaned[i]!.toLowerCase();
    // RFC 9113 §8.2.1: no space at either end.
    if (!OF_CONNECTION.has(name)) out.push(name, cleaned[i + 1]!.trim());
  }
  return out;
}
