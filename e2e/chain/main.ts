/**
 * npm run chain [-- --write FILE]
 * Real caches in a row before a scripted origin and behind the built core: what the chain read from their fields says, beside
 * what really came to each of them. Linux; loopback and a temporary folder only. Exit code 1 when the chain says what was not.
 */
import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chainOfExchange } from '../../proxy-core/contract/chain/of-exchange.ts';
import type { ExchangeDetail } from '../../proxy-core/contract/exchange.ts';
import { command } from '../support/control.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { RECIPES, startCache, versionOf, type CacheName } from './caches.ts';
import { judge } from './judge.ts';
import { openOrigin } from './origin.ts';
import { headerSet } from './sets.ts';
import { openTap, type Tap } from './tap.ts';

/** From the client to the origin. `ours`: this proxy's cache is on, so that it hits too. */
const CHAINS: readonly { caches: readonly CacheName[]; ours?: true }[] = [
  { caches: ['squid'] },
  { caches: ['nginx'] },
  { caches: ['varnish'] },
  { caches: ['ats'] },
  { caches: ['varnish', 'squid'] },
  { caches: ['squid', 'squid'] },
  { caches: ['nginx', 'varnish'] },
  { caches: ['varnish', 'nginx'] },
  { caches: ['varnish', 'nginx', 'squid', 'ats'] },
  { caches: ['ats', 'squid', 'varnish', 'nginx'] },
  { caches: ['varnish', 'squid'], ours: true },
];

interface Step {
  title: string;
  path: string;
  /** Longer than the second for which `short` and `turns` are fresh. */
  waits?: true;
  /** Kept as a header set. */
  kept?: true;
}

const STEPS: readonly Step[] = [
  { title: 'first request', path: 'keeps', kept: true },
  { title: 'second request', path: 'keeps', kept: true },
  { title: 'for shared caches only, first', path: 'shared' },
  { title: 'for shared caches only, second', path: 'shared', kept: true },
  { title: 'private, first', path: 'private' },
  { title: 'private, second', path: 'private', kept: true },
  { title: 'no-store', path: 'nostore' },
  { title: 'fresh for a second, first', path: 'short' },
  { title: 'new every second, first', path: 'turns' },
  { title: 'expired, the same content', path: 'short', waits: true, kept: true },
  { title: 'expired, new content', path: 'turns', kept: true },
];

const EXPIRE_MS = 2200;

/** Waits for the record of exchange `id` to be complete. */
async function recordOf(core: HeadlessApp, id: number): Promise<ExchangeDetail> {
  for (let tries = 0; tries < 100; tries++) {
    const detail = await command(core, 'exchange.get', { id });
    if (detail.row.state === 'done') return detail;
    await pause(20);
  }
  throw new Error(`exchange ${id} does not end`);
}

interface Run {
  sets: string[];
  wrong: number;
  counts: Record<'yes' | 'no' | 'silent', number>;
}

async function runChain({ caches, ours }: (typeof CHAINS)[number], root: string, run: Run): Promise<void> {
  const folder = mkdtempSync(join(root, 'chain-'));
  chmodSync(folder, 0o777);
  const children: ChildProcess[] = [];
  const taps: Tap[] = [];
  const origin = await openOrigin();
  const core = await startHeadless({ args: ours ? [] : ['--cache-mode', 'off'] });
  const endChildren = (): void => {
    for (const child of children) child.kill('SIGTERM');
  };
  process.once('exit', endChildren);
  try {
    for (let i = 0; i <= caches.length; i++) taps.push(await openTap());
    taps.at(-1)!.to = origin.port;
    for (let i = caches.length - 1; i >= 0; i--) {
      const tap = await openTap();
      const { port } = tap;
      tap.close();
      const cache = caches[i]!;
      await startCache(cache, join(folder, `${cache}-${i}`), port, taps[i + 1]!.port, `${cache}-${i}.test`, children);
      taps[i]!.to = port;
    }
    const line = caches.map((cache) => `${RECIPES[cache].title} ${versionOf(cache)}`);
    console.log(`\n## ${ours ? 'this proxy (cache on) → ' : ''}${line.join(' → ')} → origin\n`);
    console.log(`| request | ${caches.map((cache) => RECIPES[cache].title).join(' | ')} | origin | order |`);
    console.log(`|---|${'---|'.repeat(caches.length + 2)}`);
    let id = 0;
    for (const step of STEPS) {
      if (step.waits) await pause(EXPIRE_MS);
      for (const tap of taps) tap.take();
      await getThrough(core.proxy, `http://127.0.0.1:${taps[0]!.port}/${step.path}/x`);
      const detail = await recordOf(core, ++id);
      const chain = chainOfExchange(detail);
      if (chain === undefined) throw new Error(`no chain of ${step.title}`);
      const verdict = judge(
        caches,
        chain.hops,
        taps.map((tap) => tap.take()),
      );
      const cells = verdict.cells.map(({ says, did, fits }) => {
        run.counts[fits]++;
        if (fits === 'no') run.wrong++;
        return fits === 'no' ? `**${says}, but ${did}**` : fits === 'silent' ? `(${did})` : `${says}: ${did}`;
      });
      if (verdict.order === 'wrong') run.wrong++;
      console.log(`| ${step.title} | ${cells.join(' | ')} | ${verdict.order} |`);
      if (step.kept && ours === undefined && (caches.length === 1 || ['keeps', 'short'].includes(step.path)))
        run.sets.push(headerSet(`${line.join(', ')}: ${step.title}`, detail, line));
    }
  } finally {
    await core.stop();
    endChildren();
    process.off('exit', endChildren);
    for (const child of children)
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined)
        await new Promise((resolve) => child.once('exit', resolve));
    for (const tap of taps) tap.close();
    origin.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const { values } = parseArgs({ options: { write: { type: 'string' } } });
const names = Object.keys(RECIPES) as CacheName[];
const missing = names.filter((cache) => versionOf(cache) === undefined);
for (const cache of missing) console.error(`Left out, not installed: ${RECIPES[cache].title}`);
const root = mkdtempSync(join(os.tmpdir(), 'bsdm-chain-'));
chmodSync(root, 0o777);
const run: Run = { sets: [], wrong: 0, counts: { yes: 0, no: 0, silent: 0 } };
try {
  for (const chain of CHAINS)
    if (!chain.caches.some((cache) => missing.includes(cache))) await runChain(chain, root, run);
} finally {
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
console.log(
  `\nIn each cell: what the chain says, and what was so; in parentheses what was so where the fields do not say it. The order: by fields (said), or by what is usual, which may be right (supposed) or not (not known). ${run.counts.yes} right, ${run.counts.no} wrong, ${run.counts.silent} not said.`,
);
if (values.write !== undefined)
  writeFileSync(
    values.write,
    `What real caches sent here (npm run chain -- --write FILE).\n\n${run.sets.join('\n\n')}\n`,
  );
process.exitCode = run.wrong === 0 ? 0 : 1;
