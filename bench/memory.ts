/** What entries cost, and whether memory stays level under the most load with a full capture. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, rssWithEntries } from './cases.ts';
import { remember } from './compare.ts';
import { short } from './stats.ts';
import { svgOf } from './svg.ts';
import { rise, watch } from './watch.ts';
import { headline, inWorld } from './world.ts';

export async function memory(seconds: number): Promise<void> {
  const head = headline();
  const perEntry = execFileSync(
    'taskset',
    ['-c', '0,1', process.execPath, join(import.meta.dirname, 'memory-per-entry.ts')],
    { encoding: 'utf8' },
  );
  await inWorld({ bigBytes: 1, peers: [] }, async (world) => {
    const lines = ['```', perEntry.trimEnd(), '```', ''];
    for (const entries of [10_000, 100_000]) {
      const { mib, stored } = await rssWithEntries(world, entries);
      lines.push(
        `The core with ${stored} entries of 1 KiB out of ${entries} requests, capture on: RSS ${short(mib)} MiB.`,
      );
    }
    const peer = world.peers[0]!;
    const curve = watch(peer.pid, Math.max(100, seconds * 2));
    const end = performance.now() + seconds * 1000;
    // Mostly hits, and new URLs that push out old rows and entries.
    const turn = Math.max(1, Math.min(20, Math.round(seconds / 8)));
    let errors = 0;
    while (performance.now() < end) {
      errors += (await load(world, peer, { path: '/hit1k/m', kind: 'mix' }, 64, turn)).errors;
      errors += (await load(world, peer, { path: '/hit1k/u', kind: 'unique' }, 64, turn)).errors;
    }
    const { capture } = await peer.core!.api<{ capture: { rows: number } }>('/api/stats');
    const { rss } = curve.end();
    const most = Math.max(...rss.points.map(([, value]) => value));
    writeFileSync(
      join(import.meta.dirname, 'memory.svg'),
      svgOf(`Full load of hits and misses by turns, ${capture.rows} exchanges captured`, [rss]),
    );
    lines.push(
      `Full load for ${seconds} s, 64 connections, ${capture.rows} exchanges captured: RSS at most ${short(most)} MiB (aim ≤ 150), second half ${rise(rss) >= 0 ? '+' : ''}${short(rise(rss))} MiB, ${errors} errors (\`memory.svg\`).`,
    );
    console.log(`${head}\n\n${lines.join('\n')}`);
    remember('Memory', head, lines.join('\n'));
  });
}
