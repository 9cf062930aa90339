/**
 * Half of the most for a long time, everything mixed: hits, misses, tunnels, intercepted HTTPS, clients that leave.
 * Memory and handles should stay level; the collector's pauses come from --trace-gc.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { testAuthority } from '../proxy-core/testkit/certificate.ts';
import { oneTunnel } from './bulk.ts';
import { load } from './cases.ts';
import { remember } from './compare.ts';
import { startCoreProcess } from './core-process.ts';
import { at, getOf, runPaced } from './paced.ts';
import type { Peer } from './peers.ts';
import { short } from './stats.ts';
import { svgOf } from './svg.ts';
import { subscribe } from './subscriber.ts';
import { rise, watch } from './watch.ts';
import { headline, inWorld } from './world.ts';

const BODY = Buffer.alloc(1024, 'x');

/** CONNECT to a host whose tunnel is opened, a handshake with our CA, one hit inside. */
async function interceptedHit(port: number, host: string, ca: string): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
  try {
    socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    await once(socket, 'data');
    const inside = tls.connect({ socket, ca, servername: 'localhost' });
    await once(inside, 'secureConnect');
    inside.write(`GET /hit HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const chunk of inside) text += String(chunk);
    return text.startsWith('HTTP/1.1 200') && text.endsWith('x'.repeat(BODY.length));
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Asks for something large and leaves after its first bytes. */
async function leaveEarly(port: number, url: string, host: string): Promise<boolean> {
  const socket = net.connect({ port, host: '127.0.0.1' });
  try {
    socket.write(getOf(url, host, '/big'));
    await once(socket, 'data');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Pauses of V8's collector, ms, out of the lines of --trace-gc. */
function readPauses(text: string): number[] {
  return [...text.matchAll(/ (\d{1,9}\.\d{1,3}) \/ \d{1,9}\.\d{1,3} ms/g)].map((found) => Number(found[1]));
}

export async function soak(seconds: number): Promise<void> {
  const head = headline();
  const folder = mkdtempSync(join(os.tmpdir(), 'bsdm-soak-'));
  const authority = testAuthority();
  const originCa = join(folder, 'origin.pem');
  writeFileSync(originCa, authority.cert);
  const secure = https.createServer(authority.issue({ names: ['localhost'] }), (_request, response) =>
    response.writeHead(200, { 'Content-Length': BODY.length, 'Cache-Control': 'max-age=86400' }).end(BODY),
  );
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  let printed = '';
  const core = await startCoreProcess(
    ['--intercept', 'listed', '--intercept-hosts', 'localhost', '--upstream-ca', originCa],
    0,
    {
      nodeFlags: ['--trace-gc'],
      onOutput: (text) => (printed += text),
    },
  );
  try {
    await subscribe(core);
    // The certificate is no JSON, which is all this helper reads; asking for it makes the CA.
    await core.api('/api/ca/certificate').catch(() => undefined);
    const { ca } = await core.api<{ ca: { pem: string } }>('/api/ca');
    const peer: Peer = {
      name: 'ours',
      version: '',
      port: core.proxyPort,
      pid: core.pid,
      forward: true,
      caches: true,
      core,
    };
    await inWorld({ bigBytes: 100 * 1024 * 1024, peers: [], ours: false }, async (world) => {
      const warm = Math.min(5, seconds);
      await load(world, peer, { path: '/hit1k/m', kind: 'mix' }, 64, warm);
      const host = `127.0.0.1:${world.origin.port}`;
      let turn = 'a';
      // One request of 20 is a miss, one of 20 is not stored.
      const request = (n: number): string =>
        getOf(
          world.origin.url,
          host,
          n % 20 === 0 ? `/hit1k/${turn}-${n}` : n % 20 === 10 ? '/pass1k' : `/hit1k/m-${(n * 7919) % 1000}`,
        );
      const asked = { port: core.proxyPort, request, bodyBytes: 1024, connections: 64 };
      // More than it can do, for a moment: what it answers of this very mix is its most.
      const most = (await runPaced({ ...asked, perSecond: 100_000, seconds: warm })).done / warm;
      turn = 'b';
      printed = '';
      const curve = watch(core.pid, Math.max(200, seconds * 2));
      const end = performance.now() + seconds * 1000;
      const secureHost = `localhost:${(secure.address() as AddressInfo).port}`;
      const kinds: Record<string, { done: number; failed: number }> = {};
      /** `perSecond` times a second, one after the other. */
      const often = async (name: string, perSecond: number, one: () => Promise<boolean>): Promise<void> => {
        const kind = (kinds[name] = { done: 0, failed: 0 });
        while (performance.now() < end) {
          const next = performance.now() + 1000 / perSecond;
          kind.done++;
          if (!(await one())) kind.failed++;
          await pause(Math.max(0, next - performance.now()));
        }
      };
      const [paced] = await Promise.all([
        runPaced({ ...asked, perSecond: most / 2, seconds }),
        often('tunnels', 20, () => oneTunnel(peer, world.origin)),
        often('intercepted', 20, () => interceptedHit(core.proxyPort, secureHost, ca.pem)),
        often('left early', 10, () => leaveEarly(core.proxyPort, world.origin.url, host)),
      ]);
      const { rss, handles } = curve.end();
      const pauses = Float64Array.from(readPauses(printed)).sort();
      const { totals, faults } = await core.api<{ totals: { errors: number }; faults: number }>('/api/stats');
      writeFileSync(join(import.meta.dirname, 'soak.svg'), svgOf('Half of the most, everything mixed', [rss, handles]));
      const peak = Math.max(...rss.points.map(([, value]) => value));
      const text = [
        `- ${seconds} s at ${short(most / 2)} requests a second asked (half of ${short(most)}), ${short(paced.done / seconds)} answered: 90 % hits of 1,000 URLs, 5 % misses, 5 % not stored; ${paced.errors} errors, ${paced.late} late; p50 ${short(at(paced.sortedMs, 0.5))} ms, p99 ${short(at(paced.sortedMs, 0.99))} ms.`,
        `- beside them: ${Object.entries(kinds)
          .map(([name, { done, failed }]) => `${name} ${done} (${failed} failed)`)
          .join(', ')}.`,
        `- the core counted ${totals.errors} errors and ${faults} faults.`,
        `- RSS at most ${short(peak)} MiB, second half ${rise(rss) >= 0 ? '+' : ''}${short(rise(rss))} MiB; handles at most ${Math.max(...handles.points.map(([, value]) => value))}, second half ${rise(handles) >= 0 ? '+' : ''}${rise(handles)} (\`soak.svg\`).`,
        `- collector: ${pauses.length} pauses, p50 ${short(at(pauses, 0.5))} ms, p99 ${short(at(pauses, 0.99))} ms, longest ${short(pauses.at(-1) ?? NaN)} ms.`,
      ].join('\n');
      console.log(`${head}\n\n${text}`);
      remember('Soak', head, text);
    });
  } finally {
    await core.stop();
    secure.close();
    secure.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}
