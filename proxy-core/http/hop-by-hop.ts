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

/** A copy without hop-by-hop fields, those of `nominated` and those of `also`; names in lower case. */
export function keepEndToEnd(
  fields: FieldList,
  nominated: ReadonlySet<string> | undefined,
  also?: ReadonlySet<string>,
): string[] {
  const out: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    if (HOP_BY_HOP.has(name) || nominated?.has(name) === true || also?.has(name) === true) continue;
    out.push(fields[i]!, fields[i + 1]!);
  }
  return out;
}
