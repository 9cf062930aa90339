/** No sentence says `1 entries`: each is made with every form of number there is. */
import { describe, expect, it } from 'vitest';
import { REASON_CODES, type TraceStep } from '../reasons.ts';
import { COUNTS, disagreements } from '../testkit/agreement.ts';
import { explainReason, explainStep, whatWouldMakeItAHit } from './explain.ts';
import { STEP_SPECS } from './step-codes.ts';

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Facts and inputs that count or measure; a new one belongs here. All others are names, numbers of statuses among them. */
const AMOUNTS = wordsOf(`
  again found variants count replyHeld held size limit removed waitedMs age ageAtStart lifetime since left
  secondsAgo stale window sieWindow maxAge minFresh maxStale
`);

/** Every amount is this number; names are absent, or what one case needs. */
function amounts(count: number, names: Record<string, string | number> = {}): Record<string, string | number> {
  const valueOf = (key: string | symbol): string | number | undefined => {
    if (typeof key !== 'string') return undefined;
    return names[key] ?? (AMOUNTS.has(key) ? count : undefined);
  };
  return new Proxy({}, { get: (_, key) => valueOf(key) });
}

const CASES: Record<string, string | number>[] = [
  {},
  { reply: 416, replyOf: 'stored', of: 'stored' },
  { source: 'heuristic' },
  { by: 'date' },
  { background: 1, status: 200 },
  { did: 'dropped' },
];

describe.each(['en', 'ru'] as const)('%s', (language) => {
  const step = (code: string, result: TraceStep['result'], inputs: TraceStep['inputs']): string =>
    explainStep(language, { code, phase: 'request', result, inputs });

  it('finds what is wrong', () => {
    expect(disagreements(language, (n) => `${n} ${language === 'en' ? 'entries' : 'записей'}`)).not.toEqual([]);
  });
  it.each(REASON_CODES)('%s', (reason) => {
    for (const names of CASES) {
      expect(disagreements(language, (n) => explainReason(language, reason, amounts(n, names)))).toEqual([]);
      const advice = (n: number): string => whatWouldMakeItAHit(language, reason, amounts(n, names)).join('\n');
      expect(disagreements(language, advice)).toEqual([]);
    }
  });
  it.each(Object.keys(STEP_SPECS))('%s', (code) => {
    for (const names of CASES)
      for (const result of ['pass', 'stop', 'note'] as const)
        expect(disagreements(language, (n) => step(code, result, amounts(n, names)))).toEqual([]);
  });
});

it('what is counted, in every form', () => {
  const lines = (['en', 'ru'] as const).flatMap((language) =>
    COUNTS.map((found) =>
      explainStep(language, { code: 'lookup', phase: 'request', result: 'pass', inputs: { found } }),
    ),
  );
  expect(lines).toEqual([
    'Nothing is stored under this URL',
    '1 response stored under this URL',
    '2 responses stored under this URL',
    '5 responses stored under this URL',
    '11 responses stored under this URL',
    '21 responses stored under this URL',
    '101 responses stored under this URL',
    'Под этим URL ничего не сохранено',
    'Под этим URL сохранено: 1 ответ',
    'Под этим URL сохранено: 2 ответа',
    'Под этим URL сохранено: 5 ответов',
    'Под этим URL сохранено: 11 ответов',
    'Под этим URL сохранено: 21 ответ',
    'Под этим URL сохранено: 101 ответ',
  ]);
});
