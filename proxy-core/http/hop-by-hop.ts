/**
 * Fields that belong to one connection and are never forwarded nor stored (RFC 9110 §7.6.1, RFC 9111 §3.1).
 * Content-Length stays: whoever writes the message decides its framing.
 */
import { getCombined, type FieldList } from './fields.ts';

const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authorization',
  'proxy-authenticate',
  'proxy-authentication-info',
]);

/** Not sent on either: Host is made from the target, Expect is answered by whoever receives it. */
const MADE_ANEW: ReadonlySet<string> = new Set(['host', 'expect']);

/** Most names are of another length than all of these, and need not be looked up. */
const LENGTHS: ReadonlySet<number> = new Set([...HOP_BY_HOP, ...MADE_ANEW].map((name) => name.length));

/** Fields a sender may not remove by naming them in Connection: they are end-to-end and frame or address the message. */
const NEVER_NOMINATED: ReadonlySet<string> = new Set(['content-length', 'host', 'cache-control', 'date']);

/** Lower-case names listed in Connection (and the old Proxy-Connection); undefined when there are none. */
export function connectionOptions(...values: (string | undefined)[]): Set<string> | undefined {
  let out: Set<string> | undefined;
  for (const value of values) {
    if (value === undefined) continue;
    for (const item of value.split(',')) {
      const name = item.trim().toLowerCase();
      if (name !== '' && !NEVER_NOMINATED.has(name)) (out ??= new Set()).add(name);
    }
  }
  return out;
}

/** A copy with only the end-to-end fields: without hop-by-hop ones and those listed in Connection. */
export function stripHopByHop(fields: FieldList): string[] {
  return keepEndToEnd(
    fields,
    connectionOptions(getCombined(fields, 'connection'), getCombined(fields, 'proxy-connection')),
  );
}

/** A copy without hop-by-hop fields and those of `nominated` (lower case); `forwarding` leaves out Host and Expect too. */
export function keepEndToEnd(
  fields: FieldList,
  nominated: ReadonlySet<string> | undefined,
  forwarding = false,
): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    if (nominated !== undefined || LENGTHS.has(name.length)) {
      const lower = name.toLowerCase();
      if (HOP_BY_HOP.has(lower) || nominated?.has(lower) === true || (forwarding && MADE_ANEW.has(lower))) continue;
    }
    out.push(name, fields[i + 1]!);
  }
  return out;
}
