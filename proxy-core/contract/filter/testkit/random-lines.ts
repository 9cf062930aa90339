/** Random filter lines: some right, some nearly, some nonsense. */
import fc from 'fast-check';
import { CACHE_WORDS, FILTER_KEYS, IS_WORDS } from '../language.ts';
import { TYPE_WORDS } from '../short-type.ts';

const key = fc.oneof(
  fc.constantFrom(...FILTER_KEYS),
  fc.constantFrom(
    'res.cache-control',
    'req.cookie',
    'header.vary',
    'res.',
    'colour',
    'constructor',
    '__proto__',
    'HOST',
  ),
);
const op = fc.constantFrom(':', '=', '~', '>', '<', '>=', '<=', ':>', ':<=', '');
const value = fc.oneof(
  fc.constantFrom(...CACHE_WORDS, ...IS_WORDS, ...TYPE_WORDS),
  fc.constantFrom(
    '5xx',
    '200-299',
    '404',
    '100kb',
    '300ms',
    '1h',
    '*',
    '*.example',
    'a?b',
    '',
    '"open',
    '"a b"',
    '/a+/',
  ),
  fc.constantFrom('http://shop.example/a?b=c#d', 'localhost:8080', '(a|b)*c', '[a-', '\\', 'é', '\ud800', '💥', '\0'),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(key, op, value).map((parts) => parts.join('')) },
  { weight: 2, arbitrary: value },
  { weight: 2, arbitrary: fc.constantFrom('or', 'not', 'and', '-', '(', ')', '||', '/', '"', '-(') },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...'()[]{}|*+?^$\\/dwbs.,-01aZ "'), maxLength: 20 }) },
);

/** Any line. */
export const anyLine: fc.Arbitrary<string> = fc
  .array(fc.tuple(piece, fc.constantFrom(' ', ' ', '', '  ')), { maxLength: 8 })
  .map((pieces) => pieces.flat().join(''));
