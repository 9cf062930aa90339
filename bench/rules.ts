/**
 * node bench/rules.ts [--turns 6] [--seconds 2] [--rules 1000]: what a hit costs with rules that do not match, against none, by turns
 * in one process; the load is the client of hit-path.ts on the other CPU. Linux (taskset).
 */
import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startCoreProcess } from './core-process.ts';

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '6' },
    seconds: { type: 'string', default: '2' },
    rules: { type: 'string', default: '1000' },
  },
});
const count = Number(values.rules);

const rules = (where: string, when: (n: number) => string): object => ({
  groups: [],
  rules: Array.from({ length: count }, (_, n) => ({
    id: `r${n}`,
    name: `rule ${n}`,
    when: when(n),
    where,
    then: [{ do: 'abort' }],
  })),
});

const LISTS = {
  none: { groups: [], rules: [] },
  'by host, before the cache': rules('client-request', (n) => `host=h${n}.test`),
  'by path, before the cache': rules('client-request', (n) => `path:/never-${n}/`),
  'by host, at the origin': rules('origin-response', (n) => `host=h${n}.test`),
} as const;
type Name = keyof typeof LISTS;
const NAMES = Object.keys(LISTS) as Name[];

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!;

const origin = http.createServer((_request, response) => {
  response.setHeader('Cache-Control', 'max-age=3600');
  response.end('x'.repeat(1024));
});
await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/one`;
const core = await startCoreProcess([], 0);
const client = path.join(import.meta.dirname, 'hit-path.ts');
try {
  const load = async (seconds: number): Promise<{ perSecond: number; cpuUs: number }> => {
    const before = core.cpuSeconds();
    const args = [
      '-c',
      '1',
      process.execPath,
      client,
      'client',
      String(core.proxyPort),
      target,
      String(seconds),
      '32',
      'few',
      '1',
    ];
    const { stdout } = await run('taskset', args);
    const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    return { perSecond, cpuUs: ((core.cpuSeconds() - before) * 1e6) / (perSecond * seconds) };
  };
  await load(4);
  const cpu: Record<Name, number[]> = {
    none: [],
    'by host, before the cache': [],
    'by path, before the cache': [],
    'by host, at the origin': [],
  };
  for (let turn = 0; turn < Number(values.turns); turn++)
    for (const name of turn % 2 === 0 ? NAMES : NAMES.toReversed()) {
      await core.api('/api/rules', { method: 'PUT', json: LISTS[name] });
      await load(0.5);
      cpu[name].push((await load(Number(values.seconds))).cpuUs);
    }
  console.log(`| ${count} rules that do not match | CPU a hit, µs | of none |`);
  console.log('|---|---|---|');
  const base = median(cpu.none);
  for (const name of NAMES)
    console.log(`| ${name} | ${median(cpu[name]).toFixed(1)} | ${(median(cpu[name]) / base).toFixed(2)} |`);
} finally {
  await core.stop();
  origin.closeAllConnections();
  origin.close();
}
