/** Cache-Control, read anew from its grammar (RFC 9111 §5.2). Of a directive said twice the first counts (§4.2.1). */
import type { FieldList } from '../../../../http/fields.ts';
import { listOf, members } from './fields.ts';

/** No number of seconds: a lifetime of it is over at once (RFC 9111 §4.2.1). */
export const MALFORMED = 'malformed';
export type Seconds = number | typeof MALFORMED;

export interface Directives {
  /** The field's whole value; undefined without one. */
  text: string | undefined;
  /** Directives without an argument that narrows them: `no-cache`, but not `no-cache="x"`. */
  has: ReadonlySet<string>;
  /** Every name that is written at all. */
  named: ReadonlySet<string>;
  /** First argument of each. */
  seconds: ReadonlyMap<string, Seconds>;
  /** Field names of `no-cache="…"` and `private="…"`, lower case. */
  fields: readonly string[];
}

const LISTS = ['no-cache', 'private'];
/** RFC 9111 §1.2.2. */
const LARGEST = 2 ** 31;

function readDirectives(text: string | undefined): Directives {
  const has = new Set<string>();
  const named = new Set<string>();
  const seconds = new Map<string, Seconds>();
  const fields: string[] = [];
  for (const member of members(text ?? '')) {
    const equals = member.indexOf('=');
    const name = (equals < 0 ? member : member.slice(0, equals)).toLowerCase();
    // White space before "=" makes it no directive.
    if (name === '' || name !== name.trim() || name.includes(' ')) continue;
    const written = equals < 0 ? undefined : member.slice(equals + 1);
    const argument = written?.startsWith('"') === true ? written.slice(1, written.lastIndexOf('"')) : written;
    named.add(name);
    if (LISTS.includes(name) && argument !== undefined && argument !== '') {
      fields.push(...members(argument).map((field) => field.toLowerCase()));
      continue;
    }
    has.add(name);
    if (seconds.has(name)) continue;
    if (argument === undefined) seconds.set(name, name === 'max-stale' ? Number.POSITIVE_INFINITY : MALFORMED);
    else seconds.set(name, isDigits(argument) ? Math.min(Number(argument), LARGEST) : MALFORMED);
  }
  return { text, has, named, seconds, fields };
}

export const isDigits = (text: string): boolean => text !== '' && [...text].every((char) => char >= '0' && char <= '9');

export const directivesOf = (fields: FieldList, name = 'cache-control'): Directives =>
  readDirectives(listOf(fields, name));

/** What a request says; `Pragma: no-cache` stands in where there is no Cache-Control (RFC 9111 §5.4). */
export function requestDirectives(fields: FieldList): Directives {
  const control = directivesOf(fields);
  const pragma = control.text === undefined ? members(listOf(fields, 'pragma') ?? '') : [];
  return pragma.some((member) => member.toLowerCase() === 'no-cache')
    ? { ...control, has: new Set(['no-cache']), named: new Set(['pragma']) }
    : control;
}
