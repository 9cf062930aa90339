import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildReplyHead } from './reply-head.ts';

const line = fc.tuple(
  fc.constantFrom(
    'Content-Type',
    'content-length',
    'Connection',
    'Trailer',
    'Transfer-Encoding',
    'X Y',
    'X-A',
    'Keep-Alive',
  ),
  fc.constantFrom('text/plain', '5', '05', 'close', 'keep-alive, x', 'chunked', 'a\r\nb: c', 'é€', ''),
);

it('lines that were prepared give the same head as lines that were not', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 6 }),
      fc.array(line, { maxLength: 4 }),
      fc.constantFrom(200, 204, 304, 99),
      fc.constantFrom('GET', 'HEAD'),
      fc.constantFrom('1.0', '1.1'),
      fc.boolean(),
      (stored, added, status, method, httpVersion, mayKeep) => {
        const begin = { fields: stored.flat(), prepared: undefined };
        const fields = [...begin.fields, ...added.flat()];
        const to = { method, httpVersion, mayKeep };
        const plain = buildReplyHead(status, 'OK', fields, to);
        for (let time = 0; time < 3; time++) expect(buildReplyHead(status, 'OK', fields, to, begin)).toEqual(plain);
      },
    ),
  );
});
