/**
 * Stored responses over all runs of the core. Every run numbers its entries from 1, so a number alone may mean another
 * entry after a restart; with the session in front it never does. The store itself keeps numbers.
 */
import { CommandError } from './errors.ts';

/** `<session>-<n>`. */
export type EntryId = `${string}-${number}`;

/** How an entry is named in a command: a bare number is one of the live session. */
export type EntryRef = EntryId | number;

/** Names an entry of a session. */
export function makeEntryId(sessionId: string, n: number): EntryId {
  return `${sessionId}-${n}`;
}

/** True for a whole number from 1 and for `<session>-<n>`. */
export function isEntryRef(value: unknown): value is EntryRef {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 1;
  if (typeof value !== 'string' || value.length > 80) return false;
  const dash = value.lastIndexOf('-');
  return dash > 0 && /^\d{1,15}$/.test(value.slice(dash + 1));
}

/** The number of an entry in this session; says so when it is of another. */
export function entryNumber(ref: EntryRef, sessionId: string): number {
  if (typeof ref === 'number') return ref;
  if (sessionOf(ref) !== sessionId)
    throw new CommandError(
      'gone',
      `entry ${ref} belongs to another run of the core`,
      'The cache does not survive a restart of the core; list the entries again.',
    );
  return numberOf(ref);
}

/** Orders entries of one session as they were stored. */
export function compareEntryIds(a: EntryId, b: EntryId): number {
  return numberOf(a) - numberOf(b);
}

const sessionOf = (id: EntryId): string => id.slice(0, id.lastIndexOf('-'));
const numberOf = (id: EntryId): number => Number(id.slice(id.lastIndexOf('-') + 1));
