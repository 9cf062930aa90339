/**
 * A vitest reporter that writes the list of tests to the file named in BSDM_REPORT. Vitest's own JSON leaves out why a
 * test was skipped, and a skip without its reason helps nobody.
 */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { ROOT } from './paths.mjs';

export default class ListReporter {
  onTestRunEnd(modules, unhandled) {
    const tests = [...modules].flatMap(testsOf);
    for (const problem of unhandled) tests.push({ title: 'outside any test', file: 'unit', kind: 'unit', status: 'failed', why: firstLine(problem) });
    writeFileSync(process.env.BSDM_REPORT, JSON.stringify(tests));
  }
}

function testsOf(module) {
  const file = relative(ROOT, module.moduleId).replaceAll('\\', '/');
  const kind = /(^|\/)contract\/|channel/.test(file) ? 'contract' : 'unit';
  const tests = [...module.children.allTests()].map((test) => {
    const result = test.result();
    const status = result.state === 'passed' || result.state === 'failed' ? result.state : 'skipped';
    return { title: test.fullName, file, kind, status, why: status === 'failed' ? firstLine(result.errors?.[0]) : result.note };
  });
  // A file that could not be loaded, or a hook outside its tests that failed.
  for (const problem of module.errors()) tests.push({ title: 'the file itself', file, kind, status: 'failed', why: firstLine(problem) });
  return tests;
}

function firstLine(problem) {
  return problem?.message?.split('\n')[0];
}
