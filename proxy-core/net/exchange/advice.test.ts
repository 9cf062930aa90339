/** Advice works: an exchange is given it word for word, and once it is followed the same request is a hit. */
import { expect, it, vi } from 'vitest';
import { whatWouldMakeItAHit } from '../../contract/explain/explain.ts';
import { recordsOf } from './testkit/story.ts';

const LIFETIME = '(Cache-Control: max-age or s-maxage)';

/** Request, response, advice, and the request and response that follow it; the settings where they matter. */
const CASES: readonly [
  given: readonly [request: string, response: string],
  advice: string,
  followed: readonly [request: string, response: string],
  bounds?: { ttlSeconds?: number },
][] = [
  [
    ['', '200 [Cache-Control: no-store]'],
    `A response without no-store, and with a lifetime ${LIFETIME}.`,
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Cache-Control: no-store, max-age=60]'],
    'A response without no-store.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Cache-Control: no-store, no-cache, max-age=60]'],
    'A response without no-store and no-cache.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Cache-Control: private, max-age=60]'],
    'A response without private, if it is the same for everybody.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Cache-Control: no-cache; ETag: "v"]'],
    `A response without no-cache, and with a lifetime ${LIFETIME}.`,
    ['', '200 [Cache-Control: max-age=60; ETag: "v"]'],
  ],
  [
    ['', '200 [Cache-Control: s-maxage=0, max-age=60; ETag: "v"]'],
    'A longer s-maxage.',
    ['', '200 [Cache-Control: s-maxage=60, max-age=60; ETag: "v"]'],
  ],
  [
    ['', '200 [Cache-Control: max-age=1h; ETag: "v"]'],
    `A valid lifetime ${LIFETIME}: a whole number of seconds.`,
    ['', '200 [Cache-Control: max-age=3600; ETag: "v"]'],
  ],
  [['', '200 [Expires: 0]'], `A longer lifetime ${LIFETIME}.`, ['', '200 [Expires: 0; Cache-Control: max-age=60]']],
  [
    ['', '200 [Pragma: no-cache]'],
    `A lifetime in the response ${LIFETIME}.`,
    ['', '200 [Pragma: no-cache; Cache-Control: max-age=60]'],
  ],
  [['', '200'], 'A default lifetime in the settings.', ['', '200'], { ttlSeconds: 60 }],
  [
    ['', '302 [Location: /b]'],
    `A response with a lifetime ${LIFETIME}.`,
    ['', '302 [Location: /b; Cache-Control: max-age=60]'],
  ],
  [['', '503'], `A response with a lifetime ${LIFETIME}.`, ['', '503 [Cache-Control: s-maxage=60]']],
  [
    ['', '599 [Cache-Control: must-understand, no-store, max-age=60]'],
    'A response without must-understand and no-store.',
    ['', '599 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Vary: *; Cache-Control: max-age=60]'],
    'A Vary that names fields, instead of *.',
    ['', '200 [Vary: Accept; Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Vary: *]'],
    `A Vary that names fields, instead of *, in a response with a lifetime ${LIFETIME}.`,
    ['', '200 [Vary: Accept; Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Set-Cookie: a=b]'],
    `A response without Set-Cookie, and with a lifetime ${LIFETIME}.`,
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '200 [Set-Cookie: a=b]'],
    'An explicit lifetime (max-age, s-maxage), if the cookie may go to everybody.',
    ['', '200 [Set-Cookie: a=b; Cache-Control: max-age=60]'],
  ],
  [
    ['[Authorization: Basic dTpw]', '200 [Cache-Control: max-age=60]'],
    'public, s-maxage or must-revalidate in the response, if it is the same for everybody.',
    ['[Authorization: Basic dTpw]', '200 [Cache-Control: max-age=60, must-revalidate]'],
  ],
  [
    ['[Authorization: Basic dTpw]', '200'],
    'A response with s-maxage, if it is the same for everybody.',
    ['[Authorization: Basic dTpw]', '200 [Cache-Control: s-maxage=60]'],
  ],
  [
    ['[Authorization: Basic dTpw]', '200 [Cache-Control: private, max-age=60]'],
    'A response without private, and with public or s-maxage, if it is the same for everybody.',
    ['[Authorization: Basic dTpw]', '200 [Cache-Control: public, max-age=60]'],
  ],
  [
    ['[Cache-Control: no-cache]', '200 [Cache-Control: max-age=60]'],
    'The same request without no-cache: the response is stored now.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['[Pragma: no-cache]', '200 [Cache-Control: max-age=60]'],
    'The same request without Pragma: no-cache: the response is stored now.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['[Cache-Control: min-fresh=90]', '200 [Cache-Control: max-age=60]'],
    'The same request with a smaller min-fresh: the response is stored now.',
    ['[Cache-Control: min-fresh=5]', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['[Cache-Control: no-store]', '200 [Cache-Control: max-age=60]'],
    'A request without no-store: it may be answered from the cache, and its response may be stored.',
    ['', '200 [Cache-Control: max-age=60]'],
  ],
  [
    ['[Cache-Control: no-cache]', '404'],
    'In any case a request without no-cache.',
    ['', '404 [Cache-Control: max-age=60]'],
  ],
  [
    ['', '302 [Location: /b; Cache-Control: max-age=60]'],
    `Cache mode standard in the settings, and a lifetime in the response ${LIFETIME}.`,
    ['', '302 [Location: /b; Cache-Control: max-age=60]'],
    {},
  ],
];

async function second([request, response]: readonly [string, string], bounds: object) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  try {
    const ask = (id: number): string => `>> ${id} GET /a ${request}\n`;
    const { record } = await recordsOf(`${ask(1)}<= A ${response}\n<= A end\n-- 1 s\n${ask(2)}`, {
      ttlSeconds: 0,
      ...bounds,
    });
    return { first: record(1), again: record(2).row.outcome };
  } finally {
    vi.useRealTimers();
  }
}

it.each(CASES)('%j: %s', async (given, advice, followed, bounds = {}) => {
  // The last case is about another mode than the one that follows it.
  const before = advice.startsWith('Cache mode') ? { mode: 'fixed-ttl', ttlSeconds: 60 } : {};
  const { first, again } = await second(given, before);
  expect(again).not.toBe('HIT');
  expect(whatWouldMakeItAHit('en', first.row.reason!, first.facts)).toContain(advice);
  expect((await second(followed, bounds)).again).toBe('HIT');
});
