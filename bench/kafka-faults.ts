/**
 * What a broker that fails costs the proxy: hits per second with the mirror off against a broker that was killed under
 * traffic, and against one that accepts and never answers. Both sides run in one process by many short turns, since
 * two processes of the same program, and two seconds of one process, differ by more (a third) than the mirror costs. Memory and the ledger beside.
 * Needs wrk and taskset (Linux): the core on one CPU, the load on another.
 *
 *   node bench/kafka-faults.ts [--turns 20] [--seconds 2] [--processes 2]
 */
import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs, promisify } from 'node:util';
import type { Broker } from '../scripts/kafka/broker.mjs';
import { prepareKafka, startBroker } from '../scripts/kafka/broker.mjs';
import { startCoreProcess, untilTrue, type CoreProcess } from './core-process.ts';

const run = promisify(execFile);
const { values } = parseArgs({
  options: {
    turns: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '2' },
    processes: { type: 'string', default: '2' },
  },
});
const TURNS = Number(values.turns);
const SECONDS = Number(values.seconds);
/** Until the code is compiled and the capture ring is full: before that memory grows with or without a mirror. */
const WARM_UP_SECONDS = 12;
const RSS_EVERY_MS = 500;

const origin = http.createServer((_request, response) => {
  response.setHeader('Cache-Control', 'max-age=3600');
  response.end('x'.repeat(1024));
});
await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/one`;

/** Requests per second; wrk asks by absolute-form when its script sets the path so. */
async function load(core: CoreProcess, seconds: number): Promise<number> {
  const { stdout } = await run('taskset', [
    '-c',
    '1',
    'wrk',
    '-t1',
    '-c32',
    `-d${seconds}s`,
    '-s',
    `${import.meta.dirname}/absolute-form.lua`,
    `http://127.0.0.1:${core.proxyPort}`,
    '--',
    target,
  ]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

interface Status {
  offered: number;
  queued: number;
  in_flight: number;
  sent: number;
  failed: number;
  dropped: number;
  state: string;
  confirmed: number;
}

type Fault = 'killed' | 'frozen';
interface Side {
  perSecond: number[];
  /** CPU of the core per request, µs: what a saturated core's throughput follows, whatever else the machine does. */
  cpuUs: number[];
  /** MiB, in order. */
  rss: number[];
  /** Exchanges that ended, by the proxy's own totals, and what the mirror says it was offered of them. */
  events: number;
  offered: number;
}
const newSide = (): Side => ({ perSecond: [], cpuUs: [], rss: [], events: 0, offered: 0 });
const median = (list: readonly number[]): number => {
  const sorted = [...list].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

async function turn(core: CoreProcess, side: Side): Promise<void> {
  const counted = await counts(core);
  const before = core.cpuSeconds();
  const sampler = setInterval(() => side.rss.push(core.rssMiB()), RSS_EVERY_MS);
  const perSecond = await load(core, SECONDS);
  clearInterval(sampler);
  side.perSecond.push(Math.round(perSecond));
  side.cpuUs.push(Math.round(((core.cpuSeconds() - before) / (perSecond * SECONDS)) * 1e7) / 10);
  const { events, offered } = await counts(core);
  side.events += events - counted.events;
  side.offered += offered - counted.offered;
}

const switchMirror = (core: CoreProcess, on: boolean): Promise<unknown> =>
  core.api('/api/settings', { method: 'PATCH', json: { kafka_enabled: on } });
/** Between two loads, when nothing is under way. */
async function counts(core: CoreProcess): Promise<{ events: number; offered: number }> {
  const { totals } = await core.api<{ totals: { requests: number } }>('/api/stats');
  return { events: totals.requests, offered: (await status(core)).offered };
}
const status = (core: CoreProcess): Promise<Status> => core.api<Status>('/api/kafka/status');

/** Off and on by turns, the first side changing with each pair, while the broker is gone. */
async function measure(fault: Fault, broker: Broker): Promise<{ off: Side; on: Side }> {
  const core = await startCoreProcess([], 0);
  try {
    await core.api('/api/settings', {
      method: 'PATCH',
      json: { kafka_brokers: broker.brokers, kafka_topic: `faults-${Date.now()}`, kafka_enabled: true },
    });
    const warming = load(core, WARM_UP_SECONDS);
    await untilTrue(
      async () => (await status(core)).confirmed > 0,
      20_000,
      'records are confirmed while the broker lives',
    );
    if (fault === 'killed') await broker.kill();
    else broker.freeze();
    await warming;
    const sides = { off: newSide(), on: newSide() };
    for (let i = 0; i < TURNS; i++) {
      for (const side of i % 2 === 0 ? (['off', 'on'] as const) : (['on', 'off'] as const)) {
        await switchMirror(core, side === 'on');
        // Switching off waits a while for the last records to go out; that is no part of the run.
        await untilTrue(
          async () => ((await status(core)).state === 'off') === (side === 'off'),
          20_000,
          `the mirror is ${side}`,
        );
        await turn(core, sides[side]);
      }
    }
    await switchMirror(core, true);
    await load(core, 1);
    const at = await status(core);
    const accounted = at.sent + at.failed + at.dropped + at.queued + at.in_flight;
    if (fault === 'killed') await broker.restart();
    else broker.thaw();
    await untilTrue(
      async () => {
        await load(core, 1);
        return (await status(core)).confirmed > at.confirmed;
      },
      60_000,
      'the mirror goes on by itself',
    );
    console.log(
      JSON.stringify({
        fault,
        ...sides,
        ledger: `${at.offered} offered = ${accounted} accounted for (${at.sent} sent, ${at.dropped} dropped, ${at.failed} failed)`,
        exact: at.offered === accounted && sides.on.offered === sides.on.events && sides.off.offered === 0,
        recovered: true,
      }),
    );
    return sides;
  } finally {
    await core.stop();
  }
}

const prepared = await prepareKafka({ fetch: true });
if (!prepared.ok) throw new Error(prepared.problem);
const broker = await startBroker({});
const ratio = (a: number, b: number): string => (a / b).toFixed(2);
for (const fault of ['killed', 'frozen'] as const) {
  const pairs: number[] = [];
  const cpuPairs: number[] = [];
  for (let i = 0; i < Number(values.processes); i++) {
    const { off, on } = await measure(fault, broker);
    pairs.push(...on.perSecond.map((value, n) => value / off.perSecond[n]!));
    cpuPairs.push(...off.cpuUs.map((value, n) => value / on.cpuUs[n]!));
    const third = Math.ceil(on.rss.length / 3);
    console.log(
      `${fault}, process ${i + 1}: throughput ${ratio(median(on.perSecond), median(off.perSecond))}, by CPU per request ${ratio(median(off.cpuUs), median(on.cpuUs))}; ` +
        `RSS with the mirror on, first third ${median(on.rss.slice(0, third))} MiB, last third ${median(on.rss.slice(-third))} MiB; off ${median(off.rss)} MiB`,
    );
  }
  console.log(
    `${fault}: median of ${pairs.length} neighbouring pairs: throughput ${median(pairs).toFixed(3)}, by CPU per request ${median(cpuPairs).toFixed(3)}`,
  );
}
await broker.stop();
origin.close();
origin.closeAllConnections();
