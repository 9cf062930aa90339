/**
 * One copy of field names, values and whole heads that come again and again. A parser makes new strings for every
 * message; captured exchanges would keep the same User-Agent thousands of times.
 */
import { isSameList } from './fields.ts';
import { Head } from './head.ts';
import { Recent } from './recent.ts';

const MAX_STRINGS = 4096;
/** Cookies and tokens of this length still come again; what is longer is rare. */
const MAX_LENGTH = 2048;

const recent = new Recent<string>(MAX_STRINGS, MAX_LENGTH);

/**
 * The head of these fields, made of shared strings; `previous` itself, with all that was found in it, when it is equal, as
 * most heads of a kept-alive connection are to the one before. `fields` is changed in place.
 */
export function poolHead(fields: string[], previous: Head | undefined): Head {
  return previous !== undefined && isSameList(fields, previous.fields) ? previous : new Head(poolStrings(fields));
}

/** The same from shared strings; changed in place. */
export function poolStrings(fields: string[]): string[] {
  for (let i = 0; i < fields.length; i++) {
    const text = fields[i]!;
    const known = recent.get(text);
    if (known === undefined) recent.set(text, text);
    else fields[i] = known;
  }
  return fields;
}
