/**
 * node bench/filter.ts [--lines 1000000] [--rows 100000] [--seed 1]
 * The filter language: a million random lines parsed, said and run without one that throws; how long filters take over so
 * many rows; and patterns that take others for ever over the worst texts.
 */
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { describeFilter, describeProblem } from '../proxy-core/contract/filter/describe.ts';
import { parseFilter } from '../proxy-core/contract/filter/parse.ts';
import { compilePattern } from '../proxy-core/contract/filter/pattern.ts';
import { STORED, TRAFFIC } from '../proxy-core/contract/filter/scopes.ts';
import { anyLine } from '../proxy-core/contract/filter/testkit/random-lines.ts';
import { rowOf, storedOf } from '../proxy-core/contract/filter/testkit/rows.ts';

const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
  },
});
const lines = Number(values.lines);
const count = Number(values.rows);

/** Time of a processor, ms: what others do on the machine counts less. */
const cpuMs = (): number => process.threadCpuUsage().user / 1000 + process.threadCpuUsage().system / 1000;

function randomLines(): void {
  const row = rowOf();
  const entry = storedOf();
  let good = 0;
  let longestMs = 0;
  let longest = '';
  const start = performance.now();
  fc.assert(
    fc.property(anyLine, (line) => {
      const before = performance.now();
      const traffic = parseFilter(line, TRAFFIC);
      const stored = parseFilter(line, STORED);
      if (traffic.ok) {
        good++;
        describeFilter(traffic.filter?.node ?? null, 'en');
        describeFilter(traffic.filter?.node ?? null, 'ru');
        traffic.filter?.decide(row, (at) => at % 2 === 0);
      } else {
        describeProblem(traffic.problem, 'en');
        describeProblem(traffic.problem, 'ru');
        if (traffic.problem.at > line.length) throw new Error('a place outside the line');
      }
      if (stored.ok) stored.filter?.decide(entry, () => true);
      const ms = performance.now() - before;
      if (ms > longestMs) [longestMs, longest] = [ms, line];
    }),
    { numRuns: lines, seed: Number(values.seed) },
  );
  console.log(
    `${lines} random lines (seed ${values.seed}): none threw; ${good} are filters of traffic; ${Math.round(performance.now() - start)} ms in all, the longest ${longestMs.toFixed(2)} ms: ${JSON.stringify(longest.slice(0, 60))}`,
  );
}

const FILTERS = [
  'cache:miss',
  'host:*.shop.example status:5xx',
  'url:img/1',
  'teapot',
  'cache:miss -type:image (host=a.example or path:/img) time>5ms',
  '/\\/img\\/\\d+\\.(png|webp)\\?v=2$/',
  'path~(a+)+$',
  'url~".*a.*b.*c.*d$"',
];

function overRows(): void {
  const hosts = ['a.example', 'shop.example', 'api.shop.example:8080', 'cdn.shop.example'];
  // As they come over the wire: texts in one piece each.
  const rows = Array.from({ length: count }, (_, n) =>
    structuredClone(
      rowOf({
        id: n + 1,
        host: hosts[n % hosts.length]!,
        path: n % 3 === 0 ? `/img/${n}.webp?v=${n % 5}` : `/api/v1/products/${n}?lang=de&page=${n % 100}`,
        status: n % 50 === 0 ? 503 : 200,
        contentType: n % 3 === 0 ? 'image/webp' : 'application/json',
        durationMs: n % 700,
        cacheStatus: n % 2 === 0 ? 'HIT' : 'MISS',
        outcome: n % 2 === 0 ? 'HIT' : 'MISS',
      }),
    ),
  );
  console.log(
    `| filter over ${count} rows | found | best of 9, ms of CPU | median | worst |\n|---|---:|---:|---:|---:|`,
  );
  for (const line of FILTERS) {
    const parsed = parseFilter(line, TRAFFIC);
    if (!parsed.ok) throw new Error(line);
    const times: number[] = [];
    let found = 0;
    for (let round = 0; round < 9; round++) {
      const start = cpuMs();
      found = 0;
      for (const row of rows) if (parsed.filter?.decide(row) === true) found++;
      times.push(cpuMs() - start);
    }
    times.sort((a, b) => a - b);
    console.log(
      `| \`${line.replaceAll('|', '\\|')}\` | ${found} | ${times[0]!.toFixed(1)} | ${times[4]!.toFixed(1)} | ${times[8]!.toFixed(1)} |`,
    );
  }
}

function worstPatterns(): void {
  const text = 'a'.repeat(1024 * 1024);
  console.log('| pattern over 1 MiB of `a` | ms |\n|---|---:|');
  for (const source of [
    '(a+)+$b',
    '(a|a)*b',
    '(a*)*b',
    '^(\\w+\\s?)*$!',
    '(x+x+)+y',
    `${'a?'.repeat(100)}${'a'.repeat(100)}b`,
  ]) {
    const start = cpuMs();
    const run = compilePattern(source).run();
    if (run.push(text, 0, text.length) || run.end()) throw new Error(`${source} is found`);
    console.log(`| \`${source.slice(0, 24).replaceAll('|', '\\|')}\` | ${(cpuMs() - start).toFixed(1)} |`);
  }
}

overRows();
worstPatterns();
randomLines();
