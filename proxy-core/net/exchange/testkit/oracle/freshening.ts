/** What a 304, or a 200 to HEAD, does to what is stored (RFC 9111 §3.2, §4.3.4, §4.3.5). */
import type { FieldList } from '../../../../http/fields.ts';
import { linesOf, valueOf, without } from './fields.ts';
import { dateOf } from './freshness.ts';
import { opaque } from './replying.ts';
import { keep, refusals, type Arrival, type Stored } from './stored.ts';
import type { Settings } from './settings.ts';

/** Describe the content that is stored, not the response. */
const OF_CONTENT = ['content-encoding', 'content-length', 'content-range', 'etag', 'age'];
const PER_CLIENT = ['set-cookie', 'authentication-info'];
/** Of this request or of the settings: others may use what is stored. */
const OF_REQUEST = ['storing-off', 'request-no-store', 'authorization', 'body-over-limit'];
/** Which of several counts is the cache's choice: those that stop it before the response is looked at, the response's, the rest. */
const ORDER = [
  'storing-off',
  'request-no-store',
  'status-not-cacheable',
  'not-understood',
  'response-no-store',
  'response-private',
  'authorization',
  'set-cookie',
  'event-stream',
  'vary-any',
  'partial',
  'body-over-limit',
  'no-freshness-information',
];

export interface Freshened {
  stored: Stored;
  fate: 'updated' | 'untouched' | 'removed';
  refused: string | undefined;
}

/** The stored response under the update. */
export function freshen(stored: Stored, arrival: Arrival, settings: Settings): Freshened {
  const update = arrival.answered.fields;
  const merged = merge(stored.fields, without(update, PER_CLIENT));
  const as = { ...arrival, answered: { status: stored.status, fields: merged } };
  const why = refusals(as, settings);
  const refused = ORDER.find((reason) => why.has(reason));
  const fresh: Stored = {
    ...keep(as, settings),
    serial: stored.serial,
    headOnly: stored.headOnly,
    part: stored.part,
    content: stored.content,
  };
  const fate = refused === undefined ? 'updated' : OF_REQUEST.includes(refused) ? 'untouched' : 'removed';
  return { stored: fresh, fate, refused };
}

/** Lines of the update in the place of stored ones of the same name. */
function merge(stored: FieldList, update: FieldList): string[] {
  const taken = without(update, OF_CONTENT);
  const names = taken.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
  const age = linesOf(update, 'age')[0];
  return [...without(stored, [...names, 'date']), ...taken, ...(age === undefined ? [] : ['Age', age])];
}

/** Is a 304 about what is stored: yes, only weakly (used, not updated), or about another representation (RFC 9111 §4.3.4)? */
export function speaksOf(stored: Stored, response: FieldList): 'same' | 'weakly' | 'other' {
  const [etag, modified] = [valueOf(response, 'etag'), valueOf(response, 'last-modified')];
  if (etag !== undefined && stored.etag !== undefined) {
    if (etag === stored.etag) return 'same';
    if (opaque(etag) !== opaque(stored.etag)) return 'other';
    return etag.startsWith('W/') ? 'same' : 'weakly';
  }
  const known = modified !== undefined && stored.modified !== undefined;
  const sameDate =
    known &&
    (modified === stored.modified || (dateOf(modified) !== undefined && dateOf(modified) === dateOf(stored.modified)));
  if (etag !== undefined) return sameDate || etag.startsWith('W/') ? 'same' : 'other';
  return known && !sameDate ? 'other' : 'same';
}

/** Does a 200 to HEAD describe what is stored (RFC 9111 §4.3.5)? */
export function describes(stored: Stored, response: FieldList): boolean {
  const [etag, modified, length] = ['etag', 'last-modified', 'content-length'].map((name) => valueOf(response, name));
  return (
    stored.status === 200 &&
    (etag === undefined || etag === stored.etag) &&
    (modified === undefined || modified === stored.modified) &&
    (length === undefined || Number(length) === stored.content.length)
  );
}
