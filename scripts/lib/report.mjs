/** Reads what vitest and Playwright wrote as JSON into one shape, and prints the closing table. */
import { stripVTControlCharacters } from 'node:util';
import { isRecord, readJson } from './json.mjs';
import { duration } from './say.mjs';

/** @import { JSONReport, JSONReportSuite } from '@playwright/test/reporter' */

/**
 * What one step of a test run came to. `tests` is there for steps that ran tests; a step without (types, lint, build)
 * adds one failure when it is not ok and nothing when it is.
 * @typedef {{ name: string, ok: boolean, ms: number, tests?: Test[] }} Step
 * @typedef {{ title: string, file: string, kind: string, status: 'passed' | 'failed' | 'skipped', why?: string | undefined }} Test
 */

/**
 * Tests as vitest-reporter.mjs wrote them.
 * @param {string} path
 */
export function readVitest(path) {
  const tests = readJson(path);
  if (!Array.isArray(tests) || !tests.every(isTest)) throw new Error(`${path} is not a list of tests`);
  return tests;
}

/**
 * @param {unknown} item
 * @returns {item is Test}
 */
function isTest(item) {
  return (
    isRecord(item) &&
    [item.title, item.file, item.kind].every((text) => typeof text === 'string') &&
    (item.status === 'passed' || item.status === 'failed' || item.status === 'skipped') &&
    (item.why === undefined || typeof item.why === 'string')
  );
}

/**
 * Tests of a Playwright JSON report. An error outside any test counts as one failed test.
 * @param {string} path
 */
export function readPlaywright(path) {
  const report = readJson(path);
  if (!isPlaywrightReport(report)) throw new Error(`${path} is not a report of Playwright`);
  /** @type {Test[]} */
  const outside = report.errors.map((problem) => ({
    title: 'outside any test',
    file: 'e2e',
    kind: 'e2e',
    status: 'failed',
    why: firstLine(problem),
  }));
  return [...report.suites.flatMap((suite) => testsOf(suite, [])), ...outside];
}

/**
 * Playwright's version is pinned and so is its format: whether it is one at all is what is asked.
 * @param {unknown} report
 * @returns {report is JSONReport}
 */
const isPlaywrightReport = (report) => isRecord(report) && Array.isArray(report.suites) && Array.isArray(report.errors);

/**
 * @param {JSONReportSuite} suite
 * @param {string[]} titles of the suites around it
 * @returns {Test[]}
 */
function testsOf(suite, titles) {
  return [
    ...(suite.suites ?? []).flatMap((inner) => testsOf(inner, [...titles, inner.title])),
    ...suite.specs.flatMap((spec) =>
      spec.tests.map(
        (test) =>
          /** @type {const} */ ({
            title: [...titles, spec.title].join(' › '),
            file: `e2e/${spec.file}`.replace(/^e2e\/e2e\//, 'e2e/'),
            kind: test.projectName ? `e2e ${test.projectName}` : 'e2e',
            status: test.status === 'skipped' ? 'skipped' : test.status === 'unexpected' ? 'failed' : 'passed',
            why:
              test.status === 'skipped'
                ? test.annotations.find((note) => note.type === 'skip' || note.type === 'fixme')?.description
                : firstLine(test.results.at(-1)?.error),
          }),
      ),
    ),
  ];
}

/**
 * Playwright colours its messages.
 * @param {{ message?: string } | undefined} problem
 */
function firstLine(problem) {
  return problem?.message === undefined ? undefined : stripVTControlCharacters(problem.message).split('\n')[0];
}

/**
 * Skips that a run may not have become failures: `desktop` and `kafka` specs where CI asks for them, unless their reason is another
 * system or a right that this account has not (e2e/support/elsewhere.ts).
 * @param {Test[]} tests
 * @param {{ desktop: boolean, kafka: boolean }} required
 * @returns {Test[]}
 */
export function forbidSkips(tests, { desktop, kafka }) {
  return tests.map((test) => {
    if (test.status !== 'skipped') return test;
    const place = `${test.file} ${test.kind} ${test.title}`;
    if (/^(?:not on \w+: |needs )/.test(test.why ?? '')) return test;
    const required = (desktop && /desktop/i.test(place)) || (kafka && /kafka/i.test(place));
    return required
      ? {
          ...test,
          status: 'failed',
          why: `skipped, which is not allowed in this run (${test.why ?? 'no reason given'})`,
        }
      : test;
  });
}

/**
 * @param {Test[]} tests
 * @param {Test['status']} status
 */
const count = (tests, status) => tests.filter((test) => test.status === status).length;

/**
 * Lines of the closing report; the last one is `N passed, N failed`, with `, N skipped` when there are any.
 * @param {Step[]} steps
 * @param {number} totalMs
 */
export function closingLines(steps, totalMs) {
  /** @type {string[]} */
  const lines = [];
  const all = steps.flatMap((step) => step.tests ?? []);
  for (const test of all.filter((item) => item.status !== 'passed')) {
    lines.push(
      `${test.status}: ${test.file}: ${test.title}${test.why ? `: ${test.why}` : test.status === 'skipped' ? ': no reason given' : ''}`,
    );
  }
  for (const step of steps.filter((item) => !item.ok && item.tests === undefined)) lines.push(`failed: ${step.name}`);
  if (lines.length > 0) lines.push('');

  lines.push(row('step', 'passed', 'failed', 'skipped', 'time'));
  for (const step of steps) {
    if (step.tests === undefined) {
      lines.push(row(step.name, step.ok ? 'ok' : '', step.ok ? '' : 'FAILED', '', duration(step.ms)));
      continue;
    }
    const { tests: ran } = step;
    const kinds = [...new Set(ran.map((test) => test.kind))].sort();
    kinds.forEach((kind, index) => {
      const tests = ran.filter((test) => test.kind === kind);
      lines.push(
        row(
          kind,
          count(tests, 'passed'),
          count(tests, 'failed'),
          count(tests, 'skipped'),
          index === kinds.length - 1 ? duration(step.ms) : '',
        ),
      );
    });
    if (kinds.length === 0) lines.push(row(step.name, 0, step.ok ? 0 : 'FAILED', 0, duration(step.ms)));
  }
  lines.push(row('total', '', '', '', duration(totalMs)), '');

  const failed =
    count(all, 'failed') + steps.filter((step) => !step.ok && count(step.tests ?? [], 'failed') === 0).length;
  const skipped = count(all, 'skipped');
  lines.push(`${count(all, 'passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return { lines, failed };
}

/**
 * @param {string} name
 * @param {number | string} passed
 * @param {number | string} failed
 * @param {number | string} skipped
 * @param {string} time
 */
function row(name, passed, failed, skipped, time) {
  return `${name.padEnd(30)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}${time.padStart(14)}`;
}
