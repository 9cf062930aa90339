/** One large download and tunnels: curl for the bytes, sockets of this process for many tunnels. */
import { execFile } from 'node:child_process';
import net from 'node:net';
import { promisify } from 'node:util';
import type { Origin } from './origin.ts';
import type { Peer } from './peers.ts';
import { rssMiB } from './world.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;

/** MiB a second of one download that is not stored, or of the same in a tunnel; and how much memory it took. */
export async function download(
  peer: Peer,
  origin: Origin,
  tunnelled: boolean,
): Promise<{ mibPerSecond: number; growthMiB: number }> {
  const before = rssMiB(peer.pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, rssMiB(peer.pid))), 50);
  try {
    const through = peer.forward ? [...(tunnelled ? ['-p'] : []), '-x', `http://127.0.0.1:${peer.port}`] : [];
    const url = peer.forward ? `${origin.url}/big` : `http://127.0.0.1:${peer.port}/big`;
    const { stdout } = await run('curl', [
      '-sS',
      '--fail',
      '-o',
      '/dev/null',
      '-w',
      '%{speed_download}',
      ...through,
      url,
    ]);
    return { mibPerSecond: Number(stdout) / MIB, growthMiB: most - before };
  } finally {
    clearInterval(timer);
  }
}

/** CONNECT, one exchange inside, close. */
export function oneTunnel(peer: Peer, origin: Origin): Promise<boolean> {
  return new Promise((resolve) => {
    const host = `127.0.0.1:${origin.port}`;
    const socket = net.connect({ port: peer.port, host: '127.0.0.1', noDelay: true });
    let text = '';
    let inside = false;
    socket.setTimeout(10_000, () => socket.destroy());
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    socket.on('data', (data: string) => {
      text += data;
      if (!inside && text.includes('\r\n\r\n')) {
        if (!/^HTTP\/1\.[01] 200/.test(text)) {
          socket.destroy();
          return;
        }
        inside = true;
        text = '';
        socket.write(`GET /pass1k HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      }
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(inside && text.endsWith('x'.repeat(1024))));
  });
}

/** `count` tunnels, `parallel` at a time: how many a second, and how many failed. */
export async function tunnels(
  peer: Peer,
  origin: Origin,
  count: number,
  parallel: number,
): Promise<{ perSecond: number; failed: number }> {
  let left = count;
  let failed = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (left-- > 0) if (!(await oneTunnel(peer, origin))) failed++;
    }),
  );
  return { perSecond: count / ((performance.now() - began) / 1000), failed };
}
