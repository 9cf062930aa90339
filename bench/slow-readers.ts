/** 200 clients that read 10 kB a second of 100 MB: what stands between origin and client must not grow. */
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { remember } from './compare.ts';
import { short } from './stats.ts';
import { svgOf, type Series } from './svg.ts';
import { rise, watch } from './watch.ts';
import { headline, inWorld } from './world.ts';

const READERS = 200;
const BYTES_PER_SECOND = 10_000;

/** Reads at its pace until it is ended; tells how much it got and whether it was cut off. */
function reader(port: number, url: string, host: string): { end: () => { bytes: number; cut: boolean } } {
  let bytes = 0;
  let cut = false;
  let ended = false;
  const socket = net.connect({ port, host: '127.0.0.1' });
  socket.on('connect', () => socket.write(`GET ${url} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
  socket.on('data', (data) => {
    bytes += data.length;
    socket.pause();
    setTimeout(() => socket.resume(), (data.length / BYTES_PER_SECOND) * 1000);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => (cut = !ended));
  return {
    end: () => {
      ended = true;
      socket.destroy();
      return { bytes, cut };
    },
  };
}

export async function slowReaders(seconds: number): Promise<void> {
  const head = headline();
  await inWorld({ bigBytes: 100 * 1024 * 1024, peers: [] }, async (world) => {
    const peer = world.peers[0]!;
    const host = `127.0.0.1:${world.origin.port}`;
    const lines: string[] = [];
    const curves: Series[] = [];
    for (const [name, path] of [
      ['each its own answer (no-store)', '/big'],
      ['one URL that may be stored', '/hitbig'],
    ] as const) {
      const curve = watch(peer.pid, Math.max(100, seconds * 2));
      await pause(500);
      const readers = Array.from({ length: READERS }, () => reader(peer.port, world.origin.url + path, host));
      await pause(seconds * 1000);
      const results = readers.map((one) => one.end());
      const { rss } = curve.end();
      const most = Math.max(...rss.points.map(([, value]) => value));
      lines.push(
        `- ${READERS} readers, ${name}: RSS ${short(rss.points[0]![1])} MiB before, at most ${short(most)}, second half ${rise(rss) >= 0 ? '+' : ''}${short(rise(rss))} MiB in ${seconds} s; ${results.filter(({ cut }) => cut).length} cut off, ${short(results.reduce((sum, { bytes }) => sum + bytes, 0) / READERS / 1000)} kB each.`,
      );
      curves.push({ ...rss, name: `resident memory, ${name}` });
      await pause(1000);
    }
    writeFileSync(
      join(import.meta.dirname, 'slow-readers.svg'),
      svgOf(`${READERS} clients reading 10 kB/s of 100 MB`, curves),
    );
    console.log(`${head}\n\n${lines.join('\n')}`);
    remember('Slow readers', head, lines.join('\n'));
  });
}
