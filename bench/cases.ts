/** The rows of the table: what is asked of whom, by turns. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { download, tunnels } from './bulk.ts';
import { startCoreProcess, untilTrue } from './core-process.ts';
import type { Peer, World } from './peers.ts';
import { median } from './stats.ts';
import { OURS, type Aim, type Row } from './targets.ts';
import { rssMiB } from './world.ts';
import { runWrk, type Ask, type WrkResult } from './wrk.ts';

const run = promisify(execFile);

export interface Plan {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly quick: boolean;
}

interface Case {
  readonly id: string;
  readonly measure: (world: World, plan: Plan) => Promise<Row[]>;
}

/** The load on one peer as it wants to be asked. */
export const load = (world: World, peer: Peer, ask: Ask, connections: number, seconds: number): Promise<WrkResult> =>
  runWrk(peer.port, peer.forward ? world.origin.url : '', `127.0.0.1:${world.origin.port}`, ask, connections, seconds);

/** Every peer in turn, the order reversed every other round. */
async function byTurns<T>(
  peers: readonly Peer[],
  rounds: number,
  one: (peer: Peer) => Promise<T>,
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(peers.map((peer) => [peer.name, []]));
  for (let round = 0; round < rounds; round++)
    for (const peer of round % 2 === 0 ? peers : [...peers].reverse()) results.get(peer.name)!.push(await one(peer));
  return results;
}

const column = <T>(results: ReadonlyMap<string, readonly T[]>, of: (result: T) => number): Row['values'] =>
  Object.fromEntries([...results].map(([name, list]) => [name, list.map(of)]));

const failures = (results: ReadonlyMap<string, readonly { errors: number }[]>): { note?: string } => {
  const told = [...results]
    .map(([name, list]) => [name, list.reduce((sum, { errors }) => sum + errors, 0)] as const)
    .filter(([, errors]) => errors > 0)
    .map(([name, errors]) => `${name}: ${errors} errors`);
  return told.length === 0 ? {} : { note: told.join(', ') };
};

/** One row of requests a second with 64 connections. */
function rate(id: string, title: string, ask: Ask, aims: readonly Aim[], withLatency = false): Case {
  return {
    id,
    measure: async (world, plan) => {
      const peers = world.peers.filter((peer) => peer.caches || ask.kind === 'unique' || ask.path.startsWith('/pass'));
      for (const peer of peers) await load(world, peer, ask, 64, plan.warmUpSeconds);
      const results = await byTurns(peers, plan.rounds, (peer) => load(world, peer, ask, 64, plan.seconds));
      const rows: Row[] = [
        { id, title, unit: 'req/s', values: column(results, (r) => r.perSecond), aims, ...failures(results) },
      ];
      if (withLatency) {
        const ours = results.get(OURS)!;
        const [p50, p99] = [median(ours.map((r) => r.p50Ms)), median(ours.map((r) => r.p99Ms))];
        const note = p99 <= 3 * p50 ? 'p99 ≤ 3 × p50: met' : `p99 ≤ 3 × p50: ${(p99 / p50).toFixed(1)} ×`;
        rows.push({ id, title: `${title}: p99`, unit: 'ms', values: column(results, (r) => r.p99Ms), aims: [], note });
      }
      return rows;
    },
  };
}

const onlyOurs = (
  id: string,
  title: string,
  unit: string,
  values: readonly number[],
  aims: readonly Aim[],
  note?: string,
): Row => ({
  id,
  title,
  unit,
  values: { [OURS]: values },
  aims,
  ...(note !== undefined && { note }),
});

/** Another measurement program of this folder, run to its end; what it printed. */
async function program(name: string, ...args: string[]): Promise<string> {
  // These pin their core themselves, or need both processors.
  return (await run('taskset', ['-c', '0,1', process.execPath, join(import.meta.dirname, name), ...args])).stdout;
}

const oneClient: Case = {
  id: 't3',
  measure: async (world, plan) => {
    const peers = world.peers.filter((peer) => peer.caches);
    const ask: Ask = { path: '/hit1k', kind: 'one' };
    for (const peer of peers) await load(world, peer, ask, 1, plan.warmUpSeconds);
    const results = await byTurns(peers, plan.rounds, (peer) => load(world, peer, ask, 1, plan.seconds));
    return [
      {
        id: 't3',
        title: 'HIT 1 KiB, one client: p50',
        unit: 'ms',
        values: column(results, (r) => r.p50Ms),
        aims: [{ atMost: 0.1 }],
        ...failures(results),
      },
      {
        id: 't3',
        title: 'HIT 1 KiB, one client: p99',
        unit: 'ms',
        values: column(results, (r) => r.p99Ms),
        aims: [{ atMost: 0.4 }],
      },
    ];
  },
};

const bigDownload = (id: string, title: string, tunnelled: boolean): Case => ({
  id,
  measure: async (world, plan) => {
    const peers = world.peers.filter((peer) => (peer.forward || !tunnelled) && (peer.caches || !plan.quick));
    const results = await byTurns(peers, Math.min(plan.rounds, 3), (peer) => download(peer, world.origin, tunnelled));
    return [
      {
        id,
        title,
        unit: 'MiB/s',
        values: column(results, (r) => r.mibPerSecond),
        aims: [{ over: 'Squid', atLeast: 1 }],
      },
      { id, title: `${title}: memory grows by`, unit: 'MiB', values: column(results, (r) => r.growthMiB), aims: [] },
    ];
  },
});

const manyTunnels: Case = {
  id: 't6',
  measure: async (world, plan) => {
    const peers = world.peers.filter((peer) => peer.forward && (peer.caches || !plan.quick));
    const results = await byTurns(peers, plan.rounds, (peer) => tunnels(peer, world.origin, 1000, 50));
    const failed = results.get(OURS)!.reduce((sum, result) => sum + result.failed, 0);
    return [
      {
        id: 't6',
        title: '1,000 tunnels, 50 at a time',
        unit: 'tunnels/s',
        values: column(results, (r) => r.perSecond),
        aims: [{ over: 'Squid', atLeast: 1 }],
        note: failed === 0 ? 'no failure: met' : `${failed} failed`,
      },
    ];
  },
};

const perEntry: Case = {
  id: 't7',
  measure: async () => {
    const rows = [
      ...(await program('memory-per-entry.ts')).matchAll(
        /^ {0,6}(\d{5,6}) {1,20}\d{1,6} {1,40}(\d{1,6}) {1,9}(\d{1,6}) {1,9}(\d{1,6})/gm,
      ),
    ];
    return rows.map(([, entries, rss, v8, charged]) =>
      onlyOurs(
        't7',
        `memory beyond content per entry, ${entries} entries`,
        'B',
        [Number(rss)],
        [{ atMost: 120 }],
        `V8 ${v8}, charged ${charged}`,
      ),
    );
  },
};

/** `entries` different URLs asked once each by 32 clients, through a core of its own. */
export async function rssWithEntries(world: World, entries: number): Promise<{ mib: number; stored: number }> {
  const core = await startCoreProcess(['--cache-capacity', String(Math.max(entries, 10_000))], 0);
  try {
    let left = entries;
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        const { request, Agent } = await import('node:http');
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        while (left > 0) {
          const path = `${world.origin.url}/hit1k/${left--}`;
          await new Promise<void>((resolve, reject) =>
            request({ host: '127.0.0.1', port: core.proxyPort, path, agent }, (answer) =>
              answer.resume().on('end', resolve),
            )
              .on('error', reject)
              .end(),
          );
        }
        agent.destroy();
      }),
    );
    let stored = 0;
    await untilTrue(
      async () => {
        const metrics = await core.api<{ cache: { entries: number } }>('/api/stats');
        stored = metrics.cache.entries;
        return stored >= entries;
      },
      2000,
      `${entries} entries`,
    ).catch(() => undefined);
    return { mib: rssMiB(core.pid), stored };
  } finally {
    await core.stop();
  }
}

const fullCore: Case = {
  id: 't8',
  measure: async (world) => {
    const { mib, stored } = await rssWithEntries(world, 10_000);
    return [
      onlyOurs(
        't8',
        'RSS with 10,000 entries of 1 KiB, capture on',
        'MiB',
        [mib],
        [{ atMost: 120 }],
        `${stored} stored`,
      ),
    ];
  },
};

const deadBroker: Case = {
  id: 't10',
  measure: async (world, plan) => {
    const ask: Ask = { path: '/hit1k', kind: 'one' };
    const flags = ['--kafka-brokers', '127.0.0.1:1'];
    const cores = [await startCoreProcess([], 0), await startCoreProcess(flags, 0)] as const;
    const peers = cores.map((core, n): Peer => ({
      name: n === 0 ? 'no Kafka' : OURS,
      version: '',
      port: core.proxyPort,
      pid: core.pid,
      forward: true,
      caches: true,
    }));
    try {
      for (const peer of peers) await load(world, peer, ask, 64, plan.warmUpSeconds);
      const results = await byTurns(peers, plan.rounds, (peer) => load(world, peer, ask, 64, plan.seconds));
      return [
        {
          id: 't10',
          title: 'HIT 1 KiB with the mirror on and its broker gone',
          unit: 'req/s',
          values: column(results, (r) => r.perSecond),
          aims: [{ over: 'no Kafka', atLeast: 0.95 }],
          note: 'with a broker: bench/kafka-latency.ts, slow: bench/kafka-faults.ts',
        },
      ];
    } finally {
      for (const core of cores) await core.stop();
    }
  },
};

const start: Case = {
  id: 't11',
  measure: async (_world, plan) => {
    const times: number[] = [];
    for (let turn = 0; turn < plan.rounds; turn++) {
      const began = performance.now();
      const core = await startCoreProcess([], 0);
      times.push(performance.now() - began);
      await core.stop();
    }
    return [onlyOurs('t11', 'headless start to ready', 'ms', times, [{ atMost: 400 }])];
  },
};

const overTls: Case = {
  id: 't12',
  measure: async (_world, plan) => {
    const text = await program('interception.ts', '--turns', String(plan.rounds), '--seconds', String(plan.seconds));
    const found = /hits, h2: (\d{1,9})\/s \((\d{1,3}\.\d{1,3}) of plain\)/.exec(text);
    if (found === null) throw new Error(`bench/interception.ts told no hits over HTTP/2: ${text}`);
    const share = Number(found[2]);
    return [
      onlyOurs(
        't12',
        'intercepted HIT over HTTP/2, client in one process',
        'req/s',
        [Number(found[1])],
        [],
        `≥ 0.5 of plain hits: ${share >= 0.5 ? 'met' : 'short'} (${share})`,
      ),
    ];
  },
};

const NGINX_AND_SQUID: readonly Aim[] = [
  { over: 'nginx', atLeast: 1 },
  { over: 'Squid', atLeast: 2 },
];

export const CASES: readonly Case[] = [
  rate('t1', 'HIT 1 KiB, one URL', { path: '/hit1k', kind: 'one' }, NGINX_AND_SQUID),
  rate('t1', 'HIT 1 KiB, 1,000 URLs (Zipf), two sets of fields', { path: '/hit1k/m', kind: 'mix' }, NGINX_AND_SQUID),
  rate('t2', 'HIT 100 KiB', { path: '/hit100k', kind: 'one' }, [
    { over: 'Squid', atLeast: 4 },
    { over: 'nginx', atLeast: 1 },
  ]),
  oneClient,
  rate('t4', 'pass-through 1 KiB', { path: '/pass1k', kind: 'one' }, [{ over: 'Squid', atLeast: 1 }], true),
  rate('t4', 'MISS 1 KiB, stored', { path: '/hit1k/u', kind: 'unique' }, [{ over: 'Squid', atLeast: 1 }], true),
  bigDownload('t5', 'one large download', false),
  bigDownload('t6', 'the same in a tunnel', true),
  manyTunnels,
  perEntry,
  fullCore,
  deadBroker,
  start,
  overTls,
];
