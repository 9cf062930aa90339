/**
 * Members of a list in a field's value, found where they stand, as the cache reads them: quotes count behind `=` only,
 * and nothing stands around that. Linear in the value.
 */

/** A member: from its first character to behind its last one, and what stands behind `=`, without quotes. */
export interface Member {
  from: number;
  to: number;
  argument?: string;
}

/** The first member of this name, in any case, that `fits`. */
export function findMember(
  value: string,
  name: string,
  fits: (member: Member) => boolean = () => true,
): Member | undefined {
  const wanted = name.toLowerCase();
  for (let start = 0; start < value.length;) {
    const equals = nameEnd(value, start);
    const end = value[equals] === '=' ? argumentEnd(value, equals + 1) : equals;
    const from = skipSpace(value, start, equals);
    // By its length first: no long name is cut out to be compared.
    const length = (value[equals] === '=' ? equals : trimEnd(value, from, equals)) - from;
    if (length === wanted.length && value.slice(from, from + length).toLowerCase() === wanted) {
      const member = { from, to: trimEnd(value, from, end), ...argumentOf(value, equals, end) };
      if (fits(member)) return member;
    }
    start = end + 1;
  }
  return undefined;
}

function nameEnd(value: string, from: number): number {
  let i = from;
  while (i < value.length && value[i] !== ',' && value[i] !== '=') i++;
  return i;
}

/** Behind the argument that begins at `from`: the comma, or the end of the value. */
function argumentEnd(value: string, from: number): number {
  let i = from;
  if (value[i] === '"') {
    i++;
    while (i < value.length && value[i] !== '"') i += value[i] === '\\' ? 2 : 1;
  }
  while (i < value.length && value[i] !== ',') i++;
  return Math.min(i, value.length);
}

function argumentOf(value: string, equals: number, end: number): { argument?: string } {
  if (value[equals] !== '=') return {};
  const text = value.slice(equals + 1, trimEnd(value, equals + 1, end));
  return { argument: text.startsWith('"') ? text.slice(1, text.endsWith('"') ? -1 : undefined) : text };
}

const isSpace = (char: string | undefined): boolean => char === ' ' || char === '\t';

function skipSpace(value: string, from: number, to: number): number {
  let i = from;
  while (i < to && isSpace(value[i])) i++;
  return i;
}

function trimEnd(value: string, from: number, to: number): number {
  let i = to;
  while (i > from && isSpace(value[i - 1])) i--;
  return i;
}
