/** A slice of the oracle (`npm run oracle`): random exchanges, held against an independent model; and that lies are caught. */
import { beforeAll, describe, expect, it } from 'vitest';
import { check } from './testkit/oracle/check.ts';
import type { Claims } from './testkit/oracle/claims.ts';
import type { Exchange } from './testkit/oracle/flights.ts';
import type { Telling } from './testkit/oracle/play.ts';
import { replay, run, shrink } from './testkit/oracle/run.ts';
import { asStory, STANDARD, type Scenario } from './testkit/oracle/steps.ts';
import { Tally } from './testkit/oracle/tally.ts';

/** What was said of each exchange, and what had happened. */
const said: (readonly [claims: Claims, exchange: Exchange])[] = [];
let tally = new Tally();

beforeAll(async () => {
  const tell: Telling = (claims, exchange) => {
    said.push([claims, exchange]);
    return claims;
  };
  const outcome = await run(3000, 1, tell, 1);
  tally = outcome.tally;
  expect(outcome.found.map(({ kind, text, scenario }) => `${kind}: ${text}\n${asStory(scenario)}`)).toEqual([]);
}, 60_000);

it('says nothing of 3,000 random exchanges that was not so', () => {
  expect(tally.exchanges).toBeGreaterThanOrEqual(3000);
  expect(tally.contradictions).toEqual([]);
});

it('reads the numbers of the sentences', () => {
  const roles = ['age', 'left', 'since', 'stale', 'lifetime', 'ageAtStart', 'maxAge', 'minFresh', 'maxStale'];
  expect([...roles, 'whileRevalidating', 'ifError', 'status'].filter((role) => !tally.read.has(role))).toEqual([]);
  // A sentence that was put in other words: say in sentences.ts what its number is.
  expect(tally.read.get('unknown') ?? 0).toBeLessThan(30);
});

type Lie = (claims: Claims) => Claims;

/** Every word of the product replaced in both languages. */
const reworded = (claims: Claims, change: (sentence: string) => string): Claims => ({
  ...claims,
  words: {
    en: { ...claims.words.en, sentence: change(claims.words.en.sentence) },
    ru: { ...claims.words.ru, sentence: change(claims.words.ru.sentence) },
  },
});

/** Cache-Status changed wherever it is told. */
const restated = (claims: Claims, change: (header: string) => string): Claims => {
  const header = claims.sent?.cacheStatus;
  if (claims.sent === undefined || header === undefined) return claims;
  const changed = change(header);
  return {
    ...claims,
    sent: { ...claims.sent, cacheStatus: changed },
    recordedHeader: changed,
    event: { ...claims.event, cache_status_header: changed },
  };
};

const later = (text: string | undefined, unit: string): string => `${Number(text) + 1} ${unit}`;

const LIES: Record<string, readonly [kind: string, lie: Lie]> = {
  'ttl off by one': [
    'ttl',
    (claims) => restated(claims, (text) => text.replace(/ttl=(-?\d+)/, (_, n) => `ttl=${Number(n) + 1}`)),
  ],
  'ttl that is no number': [
    'cache-status types',
    (claims) => restated(claims, (text) => text.replace(/ttl=/, 'ttl=a')),
  ],
  'a field quoted with another value': [
    'evidence',
    (claims) => ({
      ...claims,
      pointed: claims.pointed.map((item) =>
        item.line === undefined ? item : { ...item, line: [item.line[0], `${item.line[1]}x`] },
      ),
    }),
  ],
  'a parameter nobody knows': ['cache-status types', (claims) => restated(claims, (text) => `${text}; why=so`)],
  'a field that does not parse': ['cache-status parses', (claims) => restated(claims, (text) => `${text}; =`)],
  'hit where the origin was asked': [
    'hit',
    (claims) => restated(claims, (text) => text.replace(/; fwd=[a-z-]+/, '; hit')),
  ],
  'another fwd': ['fwd', (claims) => restated(claims, (text) => text.replace('fwd=stale', 'fwd=uri-miss'))],
  'fwd where nobody was asked': ['fwd', (claims) => restated(claims, (text) => text.replace('; hit', '; fwd=stale'))],
  'stored where it is not': [
    'stored',
    (claims) => restated(claims, (text) => (text.includes('stored') ? text : `${text}; stored`)),
  ],
  'not stored where it is': ['stored', (claims) => restated(claims, (text) => text.replace('; stored', ''))],
  'collapsed, but for it': ['collapsed', (claims) => restated(claims, (text) => text.replace('; collapsed', ''))],
  'a wrong fwd-status': [
    'fwd-status',
    (claims) => restated(claims, (text) => text.replace('fwd-status=304', 'fwd-status=200')),
  ],
  'Age forgotten': ['age sent', (claims) => ({ ...claims, sent: claims.sent && { ...claims.sent, age: undefined } })],
  'an age in the row that is one too much': [
    'age',
    (claims) => ({ ...claims, age: claims.age === undefined ? undefined : claims.age + 1 }),
  ],
  'STALE as HIT': [
    'outcome',
    (claims) => ({ ...claims, outcome: claims.outcome === 'STALE' ? 'HIT' : claims.outcome }),
  ],
  'a miss as a bypass in the event': [
    'event',
    (claims) => ({
      ...claims,
      event: {
        ...claims.event,
        cache_status: claims.event.cache_status === 'MISS' ? 'BYPASS' : claims.event.cache_status,
      },
    }),
  ],
  'fresh as the reason of all': ['reason', (claims) => ({ ...claims, reason: 'fresh' })],
  'an entry where none is': ['entry', (claims) => ({ ...claims, hasEntry: true })],
  'an error kept quiet': ['error', (claims) => ({ ...claims, error: undefined })],
  'an age in the sentence that is one too much': [
    'number in a sentence',
    (claims) => reworded(claims, (text) => text.replace(/(\d+) s old/, (_, n: string) => `${later(n, 's')} old`)),
  ],
  'freshness left that is one too much, in Russian': [
    'number in a sentence',
    (claims) =>
      reworded(claims, (text) => text.replace(/свеж ещё (\d+) с/, (_, n: string) => `свеж ещё ${later(n, 'с')}`)),
  ],
  'time stale that is one too much': [
    'number in a sentence',
    (claims) =>
      reworded(claims, (text) =>
        text.replace(/(expired|stale for) (\d+) s/, (_, word, n: string) => `${word} ${later(n, 's')}`),
      ),
  ],
  'minutes for seconds': [
    'number in a sentence',
    (claims) => reworded(claims, (text) => text.replace(/(\d) s\b/, '$1 min')),
  ],
  'another window': [
    'number in a sentence',
    (claims) => reworded(claims, (text) => text.replace(/(stale-while-revalidate|stale-if-error)=\d+/, '$1=7')),
  ],
  'another source of the lifetime': [
    'source of a lifetime',
    (claims) => reworded(claims, (text) => text.replace('lifetime from max-age', 'lifetime from Expires')),
  ],
  'a cap that is not there': [
    'cap of a guess',
    (claims) => reworded(claims, (text) => text.replace(', at most 1 day', '')),
  ],
  'a directive that is not there': [
    'named',
    (claims) => ({
      ...claims,
      words: { ...claims.words, en: { ...claims.words.en, advice: ['A response without must-understand.'] } },
    }),
  ],
  'a part that was not sent': [
    'bytes',
    (claims) => reworded(claims, (text) => text.replace(/bytes (\d)/, 'bytes 1$1')),
  ],
  'a neighbour that is not stored': [
    'neighbour',
    (claims) => ({ ...claims, neighbour: claims.neighbour && { ...claims.neighbour, url: 'http://a.test/nowhere' } }),
  ],
  'another time of removal': [
    'neighbour',
    (claims) => reworded(claims, (text) => text.replace(/:\d\d, when/, ':61, when')),
  ],
  'advice in one language only': [
    'advice in both languages',
    (claims) => ({ ...claims, words: { ...claims.words, ru: { ...claims.words.ru, advice: [] } } }),
  ],
};

describe('a lie is caught', () => {
  it.each(Object.entries(LIES))('%s', (_, [kind, lie]) => {
    const isCaught = said.some(([claims, exchange]) => {
      const caught = new Tally();
      check(lie(claims), exchange, caught);
      return caught.contradictions.some((found) => found.kind === kind);
    });
    expect(isCaught).toBe(true);
  });
});

describe('what is found is made small', () => {
  const asked = (n: number, url: string): Scenario['steps'][number] => ({
    do: 'ask',
    asked: { n, method: 'GET', url: `http://a.test${url}`, fields: [] },
  });
  const answered = (n: number): Scenario['steps'] => [
    { do: 'head', call: { n, nth: 0 }, status: 200, fields: ['Cache-Control', 'max-age=60'] },
    { do: 'end', call: { n, nth: 0 } },
  ];
  const lie: Lie = (claims) => ({ ...claims, outcome: claims.outcome === 'HIT' ? 'STALE' : claims.outcome });
  const scenario: Scenario = {
    settings: STANDARD,
    steps: [
      asked(1, '/b'),
      ...answered(1),
      { do: 'wait', ms: 1000 },
      asked(2, '/a'),
      ...answered(2),
      { do: 'wait', ms: 1000 },
      asked(3, '/a'),
      { do: 'purge', url: 'http://a.test/b' },
    ],
  };

  it('and told as a story', async () => {
    expect((await replay(scenario, lie)).contradictions.map(({ kind }) => kind)).toContain('outcome');
    const small = await shrink(scenario, 'outcome', lie);
    expect(asStory(small).split('\n')).toEqual([
      '>> 2 GET /a',
      '<= A 200 [Cache-Control: max-age=60]',
      '<= A end',
      '>> 3 GET /a',
    ]);
  });

  it('and there is nothing to find without the lie', async () => {
    expect((await replay(scenario)).contradictions).toEqual([]);
  });
});
