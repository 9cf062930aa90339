/** How results of the cache tests are judged; and the list of those not passed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SuiteTest } from '../e2e/conformance/suite.ts';
import { decideVerdict, judge, report, type Accepted } from '../e2e/conformance/verdict.ts';

const makeTest = (id: string, kind: SuiteTest['kind'] = 'required', dependsOn: string[] = []): SuiteTest => ({
  id,
  name: id,
  group: 'g',
  kind,
  dependsOn,
});

describe('judging', () => {
  const tests = [
    makeTest('a'),
    makeTest('b', 'required', ['a']),
    makeTest('c', 'optimal', ['b']),
    makeTest('d', 'check'),
    makeTest('e'),
    makeTest('f'),
    makeTest('g'),
  ];
  const results = {
    a: ['Assertion', 'no'],
    b: true,
    c: true,
    d: ['Assertion', 'no'],
    e: ['Setup', 'retry'],
    f: ['Setup', 'bad'],
  } as const;
  const outcomes = (ignore: boolean) =>
    judge(
      tests,
      { ...results, a: [...results.a], d: [...results.d], e: [...results.e], f: [...results.f] },
      ignore,
    ).map((item) => item.outcome);
  it('follows dependencies as the suite does', () => {
    expect(outcomes(false)).toEqual([
      'fail',
      'dependency-failed',
      'dependency-failed',
      'fail',
      'retried',
      'setup-failed',
      'not-run',
    ]);
  });
  it('or ignores them', () => {
    expect(outcomes(true)).toEqual(['fail', 'pass', 'pass', 'fail', 'retried', 'setup-failed', 'not-run']);
  });
});

describe('the verdict', () => {
  const tests = [makeTest('r1'), makeTest('r2'), makeTest('o1', 'optimal'), makeTest('c1', 'check')];
  const verdictOf = (failed: string[], accepted: Record<string, Accepted>) =>
    decideVerdict(
      judge(
        tests,
        Object.fromEntries(
          tests.map(({ id }) => [id, failed.includes(id) ? (['Assertion', 'no'] as [string, string]) : true]),
        ),
        false,
      ),
      accepted,
    );
  const because = (why: Accepted['why']): Accepted => ({ why, reason: 'x' });
  it.each([
    ['all pass', [], {}, true],
    ['a check says no', ['c1'], {}, true],
    ['a required one fails', ['r1'], {}, false],
    ['a required one fails by choice', ['r1'], { r1: because('choice') }, false],
    ['a required one nobody can pass', ['r1'], { r1: because('fixture') }, true],
    ['a required one the standard has overtaken', ['r1'], { r1: because('superseded') }, true],
    ['an optimal one is not listed', ['o1'], {}, false],
    ['an optimal one is listed', ['o1'], { o1: because('choice') }, true],
  ])('%s', (_, failed, accepted, ok) => {
    expect(verdictOf(failed, accepted).ok).toBe(ok);
  });
  it('tells what is listed without need, and what can be passed', () => {
    const verdict = verdictOf(['r1'], { r1: because('fixture'), o1: because('choice') });
    expect(verdict.listedButPass).toEqual(['o1']);
    expect(report(verdict)[0]).toBe('required  1 of 2 (50.0 %); of the 1 that a cache following RFC 9111 can pass: 1');
  });
});

describe('the list of tests not passed', () => {
  it('gives a kind and a reason for each', () => {
    const listed: unknown = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', 'e2e', 'conformance', 'not-passed.json'), 'utf8'),
    );
    for (const item of Object.values(listed as object)) {
      expect(item).toEqual({
        why: expect.stringMatching(/^(superseded|fixture|choice)$/) as string,
        reason: expect.stringMatching(/.{20}/) as string,
      });
    }
  });
});
