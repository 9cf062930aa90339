/** From the suite's raw results to a verdict: totals, what did not pass and why, and whether that is accepted. */
import type { RawResult, SuiteTest } from './suite.ts';

/** How a test ended; the suite's own words. */
export type Outcome = 'pass' | 'fail' | 'setup-failed' | 'retried' | 'dependency-failed' | 'not-run';

export interface Judged {
  test: SuiteTest;
  outcome: Outcome;
  message: string;
}

/** Why a test that does not pass is accepted. */
export interface Accepted {
  /** `superseded`: the current edition of the standard, and of the suite, ask the opposite; `fixture`: no cache can pass it; `choice`: optimal, and we do otherwise on purpose. */
  why: 'superseded' | 'fixture' | 'choice';
  reason: string;
}

export interface Count {
  passed: number;
  all: number;
}

export interface Verdict {
  required: Count;
  optimal: Count;
  checks: Count;
  /** Required and optimal tests that did not pass. */
  notPassed: (Judged & { accepted: Accepted | undefined })[];
  /** Listed, but they pass now. */
  listedButPass: string[];
  ok: boolean;
}

/** Judges every test as the suite's own page does; with `ignoreDependencies` each stands for itself. */
export function judge(
  tests: readonly SuiteTest[],
  results: Readonly<Record<string, RawResult>>,
  ignoreDependencies: boolean,
): Judged[] {
  const byId = new Map(tests.map((test) => [test.id, test]));
  const known = new Map<string, Judged>();
  const judgeOne = (test: SuiteTest): Judged => {
    const before = known.get(test.id);
    if (before !== undefined) return before;
    const result = results[test.id];
    const failedDependency = ignoreDependencies
      ? undefined
      : test.dependsOn.find((id) => byId.has(id) && judgeOne(byId.get(id)!).outcome !== 'pass');
    let judged: Judged;
    if (result === undefined) judged = { test, outcome: 'not-run', message: '' };
    else if (failedDependency !== undefined)
      judged = { test, outcome: 'dependency-failed', message: `depends on ${failedDependency}` };
    else if (result === true) judged = { test, outcome: 'pass', message: '' };
    else
      judged = {
        test,
        outcome: result[0] !== 'Setup' ? 'fail' : result[1] === 'retry' ? 'retried' : 'setup-failed',
        message: result[1],
      };
    known.set(test.id, judged);
    return judged;
  };
  return tests.map(judgeOne);
}

/** Adds up; not ok when a required test did not pass for a reason of ours, or one that is not listed. */
export function decideVerdict(judged: readonly Judged[], accepted: Readonly<Record<string, Accepted>>): Verdict {
  const count = (kind: SuiteTest['kind']): Count => {
    const all = judged.filter((item) => item.test.kind === kind);
    return { passed: all.filter((item) => item.outcome === 'pass').length, all: all.length };
  };
  const notPassed = judged
    .filter((item) => item.outcome !== 'pass' && item.test.kind !== 'check')
    .map((item) => ({ ...item, accepted: accepted[item.test.id] }));
  const listedButPass = judged
    .filter((item) => item.outcome === 'pass' && accepted[item.test.id] !== undefined)
    .map((item) => item.test.id);
  const ok = notPassed.every(
    (item) => item.accepted !== undefined && (item.test.kind !== 'required' || item.accepted.why !== 'choice'),
  );
  return {
    required: count('required'),
    optimal: count('optimal'),
    checks: count('check'),
    notPassed,
    listedButPass,
    ok,
  };
}

/** How many of the tests that can be passed at all were passed. */
function passable(verdict: Verdict, kind: 'required' | 'optimal'): string {
  const { passed, all } = verdict[kind];
  const impossible = verdict.notPassed.filter(
    (item) => item.test.kind === kind && (item.accepted?.why === 'superseded' || item.accepted?.why === 'fixture'),
  ).length;
  return impossible === 0 ? '' : `; of the ${all - impossible} that a cache following RFC 9111 can pass: ${passed}`;
}

/** The report as lines. */
export function report(verdict: Verdict): string[] {
  const share = ({ passed, all }: Count): string =>
    `${passed} of ${all}${all > 0 ? ` (${((100 * passed) / all).toFixed(1)} %)` : ''}`;
  const out = [
    `required  ${share(verdict.required)}${passable(verdict, 'required')}`,
    `optimal   ${share(verdict.optimal)}${passable(verdict, 'optimal')}`,
    `checks    ${verdict.checks.passed} of ${verdict.checks.all} answered yes (neither right nor wrong)`,
  ];
  if (verdict.notPassed.length > 0) out.push('', 'Not passed:');
  for (const { test, outcome, message, accepted } of verdict.notPassed) {
    out.push(
      `  ${test.kind === 'required' ? 'required' : 'optimal '}  ${test.id}: ${outcome}${message === '' ? '' : `, ${message}`}`,
    );
    out.push(
      `            ${accepted === undefined ? 'NOT LISTED in e2e/conformance/not-passed.json' : `${accepted.why}: ${accepted.reason}`}`,
    );
  }
  if (verdict.listedButPass.length > 0)
    out.push('', `Listed as not passed, but passed: ${verdict.listedButPass.join(', ')}`);
  return out;
}
