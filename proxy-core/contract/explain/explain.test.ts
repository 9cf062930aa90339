import { describe, expect, it } from 'vitest';
import { REASON_CODES, type Neighbour } from '../reasons.ts';
import { explainReason, explainStep, whatWouldMakeItAHit } from './explain.ts';
import { STEP_SPECS, type StepCode } from './step-codes.ts';

const neighbours: Neighbour[] = [
  { url: 'http://a/', difference: { kind: 'vary', field: 'accept-language', stored: 'de', sent: 'en' } },
  { url: 'http://a/?page=1', difference: { kind: 'query', parameter: 'page', stored: '1', sent: '2' } },
  { url: 'http://a/', difference: { kind: 'query', parameter: 'page', stored: null, sent: '2' } },
  { url: 'http://a/', difference: { kind: 'query', parameter: 'page', stored: '2', sent: null } },
  { url: 'http://a/', difference: { kind: 'method', stored: 'HEAD', sent: 'GET' } },
  { url: 'http://a/A', difference: { kind: 'path', stored: '/A', sent: '/a' } },
  { url: 'https://a/', difference: { kind: 'scheme', stored: 'https', sent: 'http' } },
  { url: 'http://a/', difference: { kind: 'expired', secondsAgo: 12 } },
  { url: 'http://a/', difference: { kind: 'removed', atMs: 0, why: 'invalidated', by: 'POST /x' } },
];

describe('explainReason', () => {
  it('names the field that differed, with both values', () => {
    expect(explainReason('en', 'vary-mismatch', {}, neighbours[0])).toBe(
      'MISS: the stored response was for accept-language: de; you sent en',
    );
    expect(explainReason('ru', 'vary-mismatch', {}, neighbours[0])).toBe(
      'MISS: сохранённый ответ — для accept-language: de; в запросе en',
    );
  });
  it.each([
    [
      'fresh',
      { age: 12, lifetime: 72, source: 'max-age' },
      'HIT: a stored response was used, 12 s old and fresh for 1 min more (lifetime from max-age)',
    ],
    [
      'expired',
      { age: 70, lifetime: 60, source: 'max-age', secondsAgo: 10 },
      'MISS: the stored response expired 10 s ago (age 1 min 10 s, lifetime 1 min from max-age)',
    ],
    [
      'stale-if-error',
      { secondsAgo: 5, window: 60, status: 503 },
      'STALE: the origin answered 503; within stale-if-error=60 the stored response, stale for 5 s, is used instead',
    ],
    [
      'body-over-limit',
      { size: 20_971_520, limit: 10_485_760 },
      'MISS: not stored, because the content, 20 MiB, is over the limit for stored content (10 MiB)',
    ],
    [
      'response-private',
      { cacheControl: 'private' },
      'MISS: not stored, because the response is for one user only (Cache-Control: private)',
    ],
  ] as const)('%s', (reason, facts, sentence) => {
    expect(explainReason('en', reason, facts)).toBe(sentence);
  });
  it.each(['en', 'ru'] as const)('%s: every reason has a sentence with and without facts and neighbour', (language) => {
    for (const reason of REASON_CODES) {
      for (const neighbour of [undefined, ...neighbours]) {
        const sentence = explainReason(language, reason, {}, neighbour);
        expect(sentence).toMatch(/^[A-Z0-9]+: \S/);
        expect(sentence).not.toMatch(/undefined|null|NaN/);
      }
      for (const advice of whatWouldMakeItAHit(language, reason, {})) expect(advice).toMatch(/\.$/);
    }
  });
});

describe('explainStep', () => {
  it.each(['en', 'ru'] as const)('%s: every step has a line for each result', (language) => {
    for (const code of Object.keys(STEP_SPECS) as StepCode[]) {
      for (const result of ['pass', 'stop', 'note'] as const) {
        const line = explainStep(language, { code, phase: 'request', result, inputs: {} });
        expect(line.length).toBeGreaterThan(3);
        expect(line).not.toMatch(/undefined|null|NaN/);
      }
    }
  });
  it('shows a code it does not know as words', () => {
    expect(explainStep('en', { code: 'some-new_step', phase: 'upstream', result: 'note', inputs: {} })).toBe(
      'some new step',
    );
  });
});
