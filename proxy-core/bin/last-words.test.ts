/** What ends the core and what does not: exceptions, promises nobody waited for, a reader of its output that is gone. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { kafkaFlushMs, lastWords, readLastWords } from '../contract/lifetimes.ts';
import { startChildCore, type ChildCore } from '../testkit/child-core.ts';

let core: ChildCore | undefined;
afterEach(async () => {
  await core?.stop();
  core = undefined;
});

/** A core that runs `code` when it gets SIGUSR2. */
const startWith = async (code: string): Promise<ChildCore> =>
  (core = await startChildCore({
    env: { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(`process.on('SIGUSR2',()=>{${code}})`)}` },
  }));

it('an exception ends it with exit code 1, the stack, and last words that can be read back', async () => {
  const child = await startWith('throw new TypeError(`a\\nb of ${"x".repeat(9000)}`)');
  child.process.kill('SIGUSR2');
  expect(await child.ended).toBe(1);
  expect(child.errors()).toMatch(/ at /);
  expect(readLastWords(child.errors().slice(-4096))).toMatch(/^TypeError: a b of x{200}/);
});

it('so does something thrown that is no error', async () => {
  const child = await startWith('throw null');
  child.process.kill('SIGUSR2');
  expect(await child.ended).toBe(1);
  expect(readLastWords(child.errors())).toBe('null');
});

it('a promise nobody waited for is told and ends nothing', async () => {
  const child = await startWith('Promise.reject(new Error("of one command"))');
  child.process.kill('SIGUSR2');
  await child.said('a failure nobody waited for: Error: of one command');
  expect(await child.health()).toBe(200);
});

it('a reader of its output that goes away ends nothing', async () => {
  const child = await startWith('console.log("x".repeat(100000)); console.error("x".repeat(100000))');
  child.process.stdout?.destroy();
  child.process.stderr?.destroy();
  for (let i = 0; i < 5; i++) {
    child.process.kill('SIGUSR2');
    expect(await child.health()).toBe(200);
  }
});

it('a data folder that cannot be made is said in one line', async () => {
  const file = path.join(os.tmpdir(), `bsdm-no-folder-${process.pid}`);
  fs.writeFileSync(file, '');
  await expect(startChildCore({ dataDir: path.join(file, 'inside') })).rejects.toThrow(
    /ended with 1 before it was ready:\nerror: the core could not start: Error: ENOTDIR[^\n]*\n$/,
  );
  fs.rmSync(file);
});

it('the last words are the newest, on one line, of a readable length', () => {
  expect(readLastWords('ordinary log\n')).toBeUndefined();
  expect(
    readLastWords(`${lastWords(new Error('old'))}\nlog\nerror: ${lastWords(new RangeError('new\nline'))}\nlog\n`),
  ).toBe('RangeError: new line');
  expect(lastWords('x'.repeat(10_000)).length).toBeLessThan(400);
});

it('Kafka has its time beside the grace of the exchanges, and some after the last of them', () => {
  expect([0, 2000, 5000, 9000].map(kafkaFlushMs)).toEqual([5000, 3000, 2000, 2000]);
});
