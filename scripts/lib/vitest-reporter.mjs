/**
 * A vitest reporter that writes the list of tests to the file named in BSDM_REPORT. Vitest's own JSON leaves out why a
 * test was skipped, and a skip without its reason helps nobody.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from './paths.mjs';

/** @import { Reporter, TestModule } from 'vitest/node' */
/** @import { Test } from './report.mjs' */

/** @implements {Reporter} */
export default class ListReporter {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly { message: string }[]} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const tests = modules.flatMap(testsOf);
    for (const problem of unhandled)
      tests.push({ title: 'outside any test', file: 'unit', kind: 'unit', status: 'failed', why: firstLine(problem) });
    const file = process.env.BSDM_REPORT;
    if (file === undefined) throw new Error('BSDM_REPORT must name the file to write.');
    writeFileSync(file, JSON.stringify(tests));
  }
}

/** @param {TestModule} module */
function testsOf(module) {
  const file = relative(ROOT, module.moduleId).replaceAll('\\', '/');
  const kind = /(^|\/)contract\/|channel/.test(file) ? 'contract' : 'unit';
  /** @type {Test[]} */
  const tests = [...module.children.allTests()].map((test) => {
    const result = test.result();
    const status = result.state === 'passed' || result.state === 'failed' ? result.state : 'skipped';
    return {
      title: test.fullName,
      file,
      kind,
      status,
      why: result.state === 'skipped' ? result.note : firstLine(result.errors?.[0]),
    };
  });
  // A file that could not be loaded, or a hook outside its tests that failed.
  for (const problem of module.errors())
    tests.push({ title: 'the file itself', file, kind, status: 'failed', why: firstLine(problem) });
  return tests;
}

/** @param {{ message?: string } | undefined} problem  anything can be thrown, also what has no message */
function firstLine(problem) {
  return problem?.message?.split('\n')[0];
}
