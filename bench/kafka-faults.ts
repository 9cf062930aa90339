/**
 * What a broker that fails costs the proxy: hits per second with the mirror off, with a broker that is killed under
 * traffic, and with one that accepts and never answers. Alternating runs, medians, as a ratio; memory and the ledger
 * beside. Needs wrk and taskset (Linux): the core on one CPU, the load on another.
 *
 *   node bench/kafka-faults.ts [--rounds 5] [--seconds 6]
 */
import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { Broker } from '../scripts/kafka/broker.d.mts';
import { prepareKafka, startBroker } from '../scripts/kafka/broker.mjs';
import { startCoreProcess, untilTrue, type CoreProcess } from './core-process.ts';

const run = promisify(execFile);
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' } } });
const SECONDS = Number(values.seconds);

const origin = http.createServer((_request, response) => {
  response.setHeader('Cache-Control', 'max-age=3600');
  response.end('x'.repeat(1024));
});
await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/one`;

/** wrk asks by absolute-form when its script sets the path so. */
async function load(core: CoreProcess, seconds: number): Promise<number> {
  const { stdout } = await run('taskset', ['-c', '1', 'wrk', '-t1', '-c32', `-d${seconds}s`, '-s', `${import.meta.dirname}/absolute-form.lua`, `http://127.0.0.1:${core.proxyPort}`, '--', target]);
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

type Fault = 'off' | 'killed' | 'frozen';
interface Result {
  perSecond: number;
  /** CPU of the core per request, µs: what a saturated core's throughput follows, whatever else the machine does. */
  cpuUs: number;
  rss: number[];
  ledger?: string;
  recovered?: boolean;
}

async function measure(fault: Fault, broker: Broker): Promise<Result> {
  const core = await startCoreProcess(fault === 'off' ? [] : ['--kafka-brokers', broker.brokers, '--kafka-topic', `faults-${Date.now()}`], 0);
  try {
    await load(core, 2); // warm up, with a living broker
    const rss = [core.rssMiB()];
    if (fault === 'killed') await broker.kill();
    if (fault === 'frozen') broker.freeze();
    const cpuBefore = core.cpuSeconds();
    const loaded = load(core, SECONDS);
    for (let i = 0; i < SECONDS; i++) {
      await pause(1000);
      rss.push(core.rssMiB());
    }
    const perSecond = await loaded;
    const cpuUs = Math.round(((core.cpuSeconds() - cpuBefore) / (perSecond * SECONDS)) * 1e7) / 10;
    if (fault === 'off') return { perSecond, cpuUs, rss };
    const at = await core.api<Status>('/api/kafka/status');
    const accounted = at.sent + at.failed + at.dropped + at.queued + at.in_flight;
    if (fault === 'killed') await broker.restart();
    else broker.thaw();
    const before = at.confirmed;
    await untilTrue(async () => {
      await load(core, 1);
      return (await core.api<Status>('/api/kafka/status')).confirmed > before;
    }, 60_000, 'the mirror goes on by itself');
    return { perSecond, cpuUs, rss, ledger: `${at.offered} offered = ${accounted} accounted for (${at.dropped} dropped)`, recovered: true };
  } finally {
    await core.stop();
  }
}

const prepared = await prepareKafka({ fetch: true });
if (!prepared.ok) throw new Error(prepared.problem);
const broker = await startBroker({});
const results: Record<Fault, number[]> = { off: [], killed: [], frozen: [] };
const cpu: Record<Fault, number[]> = { off: [], killed: [], frozen: [] };
for (let round = 0; round < Number(values.rounds); round++) {
  for (const fault of ['off', 'killed', 'off', 'frozen'] as const) {
    const result = await measure(fault, broker);
    results[fault].push(result.perSecond);
    cpu[fault].push(result.cpuUs);
    console.log(JSON.stringify({ round, fault, ...result }));
  }
}
const median = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
for (const fault of ['killed', 'frozen'] as const) console.log(`${fault}: ${(median(results[fault]) / median(results.off)).toFixed(2)} of the throughput with the mirror off; by CPU per request ${(median(cpu.off) / median(cpu[fault])).toFixed(2)}`);
await broker.stop();
origin.close();
