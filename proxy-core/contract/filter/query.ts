/** A filter as a parameter of a command, and what answers its questions about fields. */
import { CommandError } from '../errors.ts';
import { describeProblem } from './describe.ts';
import type { Scope } from './language.ts';
import { parseFilter, type Filter } from './parse.ts';
import type { Reading } from './terms.ts';

/** The filter in `q`; null when it is empty. Throws `bad-params`, with the place and what is accepted, when it is none. */
export function filterOf<S>(q: string, scope: Scope<S>): Filter<S> | null {
  const parsed = parseFilter(q, scope);
  if (!parsed.ok)
    throw new CommandError(
      'bad-params',
      `q: ${describeProblem(parsed.problem, 'en')}`,
      'docs/filter.md has the language.',
    );
  return parsed.filter;
}

/** Whether a list `[name, value, …]` has the field a reading asks for, with what it asks of the value. */
export function findInFields({ name, test }: Reading, fields: readonly string[]): boolean {
  for (let at = 0; at < fields.length; at += 2) {
    const found = fields[at] ?? '';
    if (found.length === name.length && found.toLowerCase() === name && test(fields[at + 1] ?? '')) return true;
  }
  return false;
}

/** Whether one of the sides that a reading asks about is that one. */
export const isAbout = ({ side }: Reading, of: 'request' | 'response'): boolean => side === 'either' || side === of;
