/** Byte ranges (RFC 9110 §14): what a Range field asks of a representation, and Content-Range both ways. */

/** First and last byte, both included. */
export interface ByteSpan {
  first: number;
  last: number;
}

export type RangeRequest =
  /** No Range, or one that is ignored (RFC 9110 §14.2): of another unit, malformed, or too much to ask. */
  { kind: 'whole'; why?: RangeIgnored } | { kind: 'spans'; spans: ByteSpan[] } | { kind: 'unsatisfiable' };

/** Why a Range has no say. */
export type RangeIgnored = 'unit' | 'invalid' | 'too-much';

/** More parts than this are an attack or a mistake: the whole is sent (RFC 9110 §17.15). */
const MAX_SPANS = 32;

/** Reads a Range value against the length of the representation. */
export function parseRange(value: string | undefined, length: number): RangeRequest {
  if (value === undefined) return { kind: 'whole' };
  const specs = parseRangeSpecs(value);
  if (typeof specs === 'string') return { kind: 'whole', why: specs };
  const spans: ByteSpan[] = [];
  for (const { first, last } of specs) {
    if (first === undefined) {
      if (last! > 0 && length > 0) spans.push({ first: Math.max(0, length - last!), last: length - 1 });
    } else if (first < length) spans.push({ first, last: Math.min(last ?? length - 1, length - 1) });
  }
  if (spans.length === 0) return { kind: 'unsatisfiable' };
  const wanted = spans.reduce((sum, span) => sum + span.last - span.first + 1, 0);
  // Overlapping parts that add up to more than the whole: the whole is cheaper for everybody.
  if (spans.length > 1 && wanted > length) return { kind: 'whole', why: 'too-much' };
  return { kind: 'spans', spans };
}

/** One member of a Range field: `a-b`, `a-` (no last) or `-n` (no first). */
export interface RangeSpec {
  first: number | undefined;
  last: number | undefined;
}

/** The members of a `bytes` Range, or why it is ignored. */
function parseRangeSpecs(value: string): RangeSpec[] | RangeIgnored {
  const match = /^bytes=(.*)$/i.exec(value.trim());
  if (match === null) {
    const equals = value.indexOf('=');
    return equals < 0 || value.slice(0, equals).trim().toLowerCase() === 'bytes' ? 'invalid' : 'unit';
  }
  const out: RangeSpec[] = [];
  for (const item of match[1]!.split(',')) {
    const text = item.trim();
    if (text === '') continue;
    const spec = /^(\d{0,15})-(\d{0,15})$/.exec(text);
    if (spec === null || (spec[1] === '' && spec[2] === '')) return 'invalid';
    const first = spec[1] === '' ? undefined : Number(spec[1]);
    const last = spec[2] === '' ? undefined : Number(spec[2]);
    if (first !== undefined && last !== undefined && last < first) return 'invalid';
    out.push({ first, last });
  }
  if (out.length === 0) return 'invalid';
  return out.length > MAX_SPANS ? 'too-much' : out;
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
