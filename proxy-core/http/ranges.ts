/** Byte ranges (RFC 9110 §14): what a Range field asks of a representation, and Content-Range both ways. */

/** First and last byte, both included. */
export interface ByteSpan {
  first: number;
  last: number;
}

export type RangeRequest =
  /** No Range, not a valid one, another unit, or one better ignored (RFC 9110 §14.2). */
  { kind: 'whole' } | { kind: 'spans'; spans: ByteSpan[] } | { kind: 'unsatisfiable' };

/** More parts than this are an attack or a mistake: the whole is sent (RFC 9110 §17.15). */
const MAX_SPANS = 32;

/** Reads a Range value against the length of the representation. */
export function parseRange(value: string | undefined, length: number): RangeRequest {
  const specs = value === undefined ? undefined : parseRangeSpecs(value);
  if (specs === undefined) return { kind: 'whole' };
  const spans: ByteSpan[] = [];
  for (const { first, last } of specs) {
    if (first === undefined) {
      if (last! > 0 && length > 0) spans.push({ first: Math.max(0, length - last!), last: length - 1 });
    } else if (first < length) spans.push({ first, last: Math.min(last ?? length - 1, length - 1) });
  }
  if (spans.length === 0) return { kind: 'unsatisfiable' };
  const wanted = spans.reduce((sum, span) => sum + span.last - span.first + 1, 0);
  // Overlapping parts that add up to more than the whole: the whole is cheaper for everybody.
  if (spans.length > 1 && wanted > length) return { kind: 'whole' };
  return { kind: 'spans', spans };
}

/** One member of a Range field: `a-b`, `a-` (no last) or `-n` (no first). */
export interface RangeSpec {
  first: number | undefined;
  last: number | undefined;
}

/** The members of a `bytes` Range; undefined when it is another unit, malformed or has too many parts. */
function parseRangeSpecs(value: string): RangeSpec[] | undefined {
  const match = /^bytes=(.*)$/i.exec(value.trim());
  if (match === null) return undefined;
  const out: RangeSpec[] = [];
  for (const item of match[1]!.split(',')) {
    const text = item.trim();
    if (text === '') continue;
    const spec = /^(\d{0,15})-(\d{0,15})$/.exec(text);
    if (spec === null || (spec[1] === '' && spec[2] === '')) return undefined;
    const first = spec[1] === '' ? undefined : Number(spec[1]);
    const last = spec[2] === '' ? undefined : Number(spec[2]);
    if (first !== undefined && last !== undefined && last < first) return undefined;
    out.push({ first, last });
  }
  return out.length === 0 || out.length > MAX_SPANS ? undefined : out;
}

/** A satisfied Content-Range: `bytes 0-4/10`; `length` undefined for `*`. */
export interface ContentRange extends ByteSpan {
  length: number | undefined;
}

/** Parses `bytes first-last/length`; undefined for anything else, also for a span that does not fit its length. */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = value === undefined ? null : /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(value.trim());
  if (match === null) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2]);
  const length = match[3] === '*' ? undefined : Number(match[3]);
  if (last < first || (length !== undefined && last >= length)) return undefined;
  return { first, last, length };
}

/** `bytes 0-4/10`. */
export function formatContentRange(span: ByteSpan, length: number | undefined): string {
  return `bytes ${span.first}-${span.last}/${length ?? '*'}`;
}
