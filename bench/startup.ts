/** Start to ready, and what the core takes while nobody asks it anything. */
import { setTimeout as pause } from 'node:timers/promises';
import { remember } from './compare.ts';
import { startCoreProcess } from './core-process.ts';
import { median, short } from './stats.ts';
import { headline, rssMiB } from './world.ts';

export async function startup(seconds: number, rounds: number, coreDir?: string): Promise<void> {
  const head = headline();
  const ready: number[] = [];
  const rss: number[] = [];
  const cpu: number[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    const began = performance.now();
    const core = await startCoreProcess([], 0, coreDir === undefined ? {} : { coreDir });
    ready.push(performance.now() - began);
    await pause(2000);
    const before = core.cpuSeconds();
    await pause(seconds * 1000);
    cpu.push(((core.cpuSeconds() - before) / seconds) * 100);
    rss.push(rssMiB(core.pid));
    await core.stop();
  }
  const text = `Medians of ${rounds} starts: ready after ${short(median(ready))} ms (${short(Math.min(...ready))} to ${short(Math.max(...ready))}), idle RSS ${short(median(rss))} MiB, idle CPU ${short(median(cpu))} % of one processor over ${seconds} s.`;
  console.log(`${head}\n\n${text}`);
  remember('Start', head, text);
}
