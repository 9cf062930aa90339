/** What a client gets of a stored response: its conditions and ranges decide (RFC 9110 §13, §14, RFC 9111 §4.3.2). */
import { isDigits } from './directives.ts';
import { listOf, members, valueOf, type Asked } from './fields.ts';
import { dateOf } from './freshness.ts';
import type { Stored } from './stored.ts';

export interface FromStore {
  status: number;
  /** Bytes of a 206. */
  spans: (readonly [first: number, last: number])[];
  /** Length of the complete content, where a range was looked at. */
  length: number | undefined;
}

export const opaque = (etag: string): string => (etag.startsWith('W/') ? etag.slice(2) : etag);

export function fromStore(stored: Stored, { method, fields }: Asked): FromStore {
  const whole: FromStore = { status: stored.status, spans: [], length: undefined };
  if (stored.status > 299) return whole;
  if (isGood(stored, fields)) return { ...whole, status: 304 };
  const range = valueOf(fields, 'range');
  if (method !== 'GET' || range === undefined || (stored.status !== 200 && stored.part === undefined)) return whole;
  if (!holdsIfRange(stored, valueOf(fields, 'if-range'))) return whole;
  const length = stored.part === undefined ? stored.content.length : stored.part.length;
  if (length === undefined) return whole;
  const spans = spansOf(range, length);
  if (spans === undefined) return whole;
  return spans.length === 0 ? { status: 416, spans, length } : { status: 206, spans, length };
}

/** The client's own copy is good (RFC 9110 §13.2.2). */
function isGood(stored: Stored, fields: Asked['fields']): boolean {
  const tags = listOf(fields, 'if-none-match');
  if (tags !== undefined)
    return (
      tags === '*' || (stored.etag !== undefined && members(tags).some((tag) => opaque(tag) === opaque(stored.etag!)))
    );
  const since = dateOf(valueOf(fields, 'if-modified-since'));
  if (since === undefined) return false;
  const changed =
    stored.modified === undefined
      ? (dateOf(valueOf(stored.fields, 'date')) ?? stored.arrivedMs)
      : dateOf(stored.modified);
  return changed !== undefined && changed <= since;
}

export function holdsIfRange(stored: Stored, condition: string | undefined): boolean {
  if (condition === undefined) return true;
  if (condition.startsWith('"')) return condition === stored.etag;
  return !condition.startsWith('W/') && stored.modified !== undefined && condition === stored.modified;
}

/** Satisfiable spans; none when there are none; undefined when the whole is to be sent. */
export function spansOf(range: string, length: number): FromStore['spans'] | undefined {
  if (!range.toLowerCase().startsWith('bytes=')) return undefined;
  const out: [number, number][] = [];
  for (const member of members(range.slice(6))) {
    const [from = '', to = '', ...rest] = member.split('-');
    if (rest.length > 0 || !member.includes('-') || (from === '' && to === '')) return undefined;
    if ((from !== '' && !isDigits(from)) || (to !== '' && !isDigits(to))) return undefined;
    if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
    if (from === '') {
      if (Number(to) > 0 && length > 0) out.push([Math.max(0, length - Number(to)), length - 1]);
    } else if (Number(from) < length)
      out.push([Number(from), to === '' ? length - 1 : Math.min(Number(to), length - 1)]);
  }
  const bytes = out.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return out.length > 1 && bytes > length ? undefined : out;
}
