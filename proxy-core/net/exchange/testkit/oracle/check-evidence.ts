/** Fields the product points at: each is in the message it is said to be in, with the value it is quoted with. */
import type { FieldList } from '../../../../http/fields.ts';
import type { Claims, Pointed } from './claims.ts';
import type { Expected } from './expected.ts';
import { linesOf, listOf } from './fields.ts';
import type { Tally } from './tally.ts';

/** Of a reply from the store: the product's own, where the origin gave none. */
const MADE_HERE = ['date'];

export function checkEvidence(claims: Claims, expected: Expected, about: string, tally: Tally): void {
  for (const pointed of claims.pointed) {
    const { code, message, field, quote, line } = pointed;
    // It is of the answer before the last: the request was repeated.
    if (code === 'other-representation' && message === 'response') continue;
    // Judged for the request whose answer was shared, against what that one validated.
    if (claims.collapsed && message === 'stored' && pointed.phase !== 'request') continue;
    const head = headOf(pointed, expected);
    const where = `${about}, ${code}: ${message} ${field}: ${quote ?? '(named)'}`;
    if (message === 'stored' && (head === undefined || line === undefined)) {
      // Another variant's, or what an earlier plan of a request that waited had looked at.
      tally.notModelled('field of a stored response, named');
      continue;
    }
    if (head === undefined) {
      tally.contradict('evidence', `${where}: there was no such message`);
      continue;
    }
    tally.checked(line === undefined ? 'evidence named' : 'evidence quoted');
    const values = linesOf(head, field.toLowerCase());
    if (line === undefined) {
      if (quote !== undefined && !hasPart(head, field, quote))
        tally.contradict('evidence', `${where}: is ${listOf(head, field.toLowerCase()) ?? 'absent'}`);
    } else if (!values.includes(line[1]) && !(values.length === 0 && MADE_HERE.includes(field.toLowerCase())))
      tally.contradict('evidence', `${where}: is ${values.join(' and ') || 'absent'}`);
  }
}

/** The head as the step saw it. */
function headOf({ message, code }: Pointed, { asked, answered, before, stored }: Expected): FieldList | undefined {
  switch (message) {
    case 'request':
      return asked.fields;
    case 'response':
      return answered?.fields;
    case 'stored':
      // As it was looked at, but for what a confirmation made of it.
      return (code === 'not-modified' || code === 'reply' ? (stored ?? before) : before)?.fields;
  }
}

/** A directive by its name, or with its number, or a whole value; targeted fields have the same directives. */
function hasPart(head: FieldList, field: string, quote: string): boolean {
  return [field.toLowerCase(), 'cdn-cache-control'].some((name) => {
    const list = listOf(head, name)?.toLowerCase();
    return list !== undefined && list.includes(quote.toLowerCase());
  });
}
