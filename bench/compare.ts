/** The table: every case by turns, printed, written as JSON and appended to RESULTS.md. */
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CASES, type Plan } from './cases.ts';
import { tableOf } from './table.ts';
import type { Row } from './targets.ts';
import { headline, inWorld } from './world.ts';

export interface CompareOptions extends Plan {
  readonly only: readonly string[];
  readonly json?: string | undefined;
  readonly old?: string | undefined;
}

/** Appends a story's result under what it belongs to. */
export function remember(title: string, head: string, text: string): void {
  appendFileSync(join(import.meta.dirname, 'RESULTS.md'), `\n## ${title}\n\n${head}\n\n${text}\n`);
}

export async function compare(options: CompareOptions): Promise<void> {
  const head = headline();
  const cases = CASES.filter(({ id }) => options.only.length === 0 || options.only.includes(id));
  if (cases.length === 0) {
    console.error(`There is no such row; there are ${[...new Set(CASES.map(({ id }) => id))].join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const bigBytes = (options.quick ? 256 : 1024) * 1024 * 1024;
  await inWorld({ bigBytes, old: options.old }, async (world) => {
    const rows: Row[] = [];
    const failed: string[] = [];
    for (const one of cases) {
      const began = performance.now();
      try {
        rows.push(...(await one.measure(world, options)));
      } catch (problem) {
        failed.push(`${one.id} was not measured: ${problem instanceof Error ? problem.message : String(problem)}`);
      }
      console.error(`${one.id} ${rows.at(-1)?.title ?? ''}: ${((performance.now() - began) / 1000).toFixed(0)} s`);
    }
    const names = world.peers.map(({ name }) => name);
    const shown = rows.some((row) => row.id === 't10') ? [...names, 'no Kafka'] : names;
    const versions = world.peers
      .filter(({ version }) => version !== '')
      .map(({ name, version }) => `${name} ${version}`);
    const text = [
      tableOf(rows, shown),
      '',
      `${options.rounds} rounds of ${options.seconds} s by turns; medians, ± half the spread; × is ours over theirs, median of the rounds. Beside us: ${versions.join(', ')}.`,
      ...(world.missing.length === 0 ? [] : [`Left out: ${world.missing.join(', ')}.`]),
      'Forward proxies get the whole URL, nginx and HAProxy stand in front of the origin. Page load to first rows is not measured here.',
      ...failed,
    ].join('\n');
    console.log(`${head}\n\n${text}`);
    if (options.json !== undefined)
      writeFileSync(
        options.json,
        `${JSON.stringify({ head, versions, missing: world.missing, options, rows, failed }, null, 2)}\n`,
      );
    remember(`Beside others${options.quick ? ' (quick)' : ''}`, head, text);
    if (failed.length > 0) process.exitCode = 1;
  });
}
