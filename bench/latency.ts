/** Latency of hits at one client and at half of what each can do, by a load of fixed rate. */
import { load } from './cases.ts';
import { remember } from './compare.ts';
import { at, getOf, runPaced } from './paced.ts';
import { short } from './stats.ts';
import { headline, inWorld } from './world.ts';

export async function latency(seconds: number): Promise<void> {
  const head = headline();
  await inWorld({ bigBytes: 1, peers: ['Squid', 'nginx'] }, async (world) => {
    const lines = [
      '| who | load | asked/s | answered/s | p50 ms | p99 ms | p99.9 ms | errors |',
      '|---|---|---:|---:|---:|---:|---:|---:|',
    ];
    for (const peer of world.peers) {
      await load(world, peer, { path: '/hit1k', kind: 'one' }, 64, Math.min(3, seconds));
      const most = await load(world, peer, { path: '/hit1k', kind: 'one' }, 64, Math.min(3, seconds));
      const host = `127.0.0.1:${world.origin.port}`;
      const text = getOf(peer.forward ? world.origin.url : '', host, '/hit1k');
      for (const [name, connections, perSecond] of [
        ['one client', 1, 1000],
        ['half of its most', 64, most.perSecond / 2],
      ] as const) {
        const result = await runPaced({
          port: peer.port,
          request: () => text,
          bodyBytes: 1024,
          connections,
          perSecond,
          seconds,
        });
        const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => at(result.sortedMs, share));
        const note = result.late > 0 ? ` (${result.late} late: the load or the server did not keep up)` : '';
        lines.push(
          `| ${peer.name} | ${name}${note} | ${short(perSecond)} | ${short(result.done / seconds)} | ${short(p50!)} | ${short(p99!)} | ${short(p999!)} | ${result.errors} |`,
        );
      }
    }
    const text = `${lines.join('\n')}\n\nHIT 1 KiB, ${seconds} s each; latency counts from when a request was due.`;
    console.log(`${head}\n\n${text}`);
    remember('Latency', head, text);
  });
}
