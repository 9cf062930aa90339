/**
 * node bench/limits.ts [--json FILE]
 * What the built headless core does at its limits: 600 connections at 256 file descriptors; 5,000 idle connections;
 * 1,000 tunnels that carry bytes; 1,000 readers that stop reading. Each on a core of its own, a few seconds each.
 * Build before: npm run build -- core. Needs about 12,500 file descriptors itself (Linux, macOS).
 */
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { startCoreProcess, untilTrue, type CoreProcess } from './core-process.ts';

type Result = Record<string, number | string>;

/** Nothing here may take longer, ms. */
const AT_MOST_MS = 60_000;
const BODY = Buffer.alloc(4 * 1024 * 1024, 'x');

const origin = http.createServer((request, response) => response.end(request.url === '/big' ? BODY : 'ok'));
const echo = net.createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
const opened = async (server: net.Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return (server.address() as AddressInfo).port;
};
const originPort = await opened(origin);
const echoPort = await opened(echo);

interface Client {
  socket: net.Socket;
  closed: boolean;
  text: string;
}

/** Opens `count` connections, 100 at a time. */
async function connect(core: CoreProcess, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    const some = Array.from({ length: Math.min(100, count - clients.length) }, async () => {
      const client: Client = {
        socket: net.connect({ port: core.proxyPort, host: '127.0.0.1' }),
        closed: false,
        text: '',
      };
      client.socket.on('error', () => undefined);
      client.socket.on('close', () => (client.closed = true));
      client.socket.on('data', (chunk: Buffer) => (client.text = (client.text + chunk.toString('latin1')).slice(-500)));
      await new Promise<void>((resolve) => {
        client.socket.once('connect', () => resolve());
        client.socket.once('close', () => resolve());
      });
      clients.push(client);
    });
    await Promise.all(some);
  }
  return clients;
}

/** Median and worst of 20 exchanges one after the other, ms; -1 when one is not answered 200. */
async function exchangeMs(core: CoreProcess): Promise<[number, number]> {
  const times: number[] = [];
  for (let i = 0; i < 20; i++) {
    const from = performance.now();
    const status = await new Promise<number>((resolve) => {
      const request = http.get(
        {
          port: core.proxyPort,
          host: '127.0.0.1',
          path: `http://127.0.0.1:${originPort}/small`,
          agent: false,
          timeout: 20_000,
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(0));
    });
    if (status !== 200) return [-1, -1];
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  return [times[10]!, times[19]!];
}

const alive = async (core: CoreProcess): Promise<boolean> => {
  try {
    await core.api('/api/stats');
    return true;
  } catch {
    return false;
  }
};

async function measured(name: string, core: CoreProcess, run: (core: CoreProcess) => Promise<Result>): Promise<Result> {
  const rssBefore = core.rssMiB();
  try {
    const result = await run(core);
    return { what: name, ...result, rssBeforeMiB: rssBefore };
  } finally {
    await core.stop();
  }
}

const closeAll = (clients: readonly Client[]): void => {
  for (const { socket } of clients) socket.destroy();
};
const round = (ms: number): number => Math.round(ms * 10) / 10;

async function fewFiles(core: CoreProcess): Promise<Result> {
  const clients = await connect(core, 600);
  await pause(1500); // the sampler comes by
  const controlAnswers = await alive(core);
  const open = clients.filter((client) => !client.closed).length;
  const told = clients.filter((client) => client.text.startsWith('HTTP/1.1 503')).length;
  closeAll(clients);
  const from = performance.now();
  await untilTrue(async () => (await exchangeMs(core))[0] >= 0, 10_000, 'the core recovers');
  return {
    served: open,
    closedAtOnce: 600 - open,
    toldWhy: told,
    controlServer: controlAnswers ? 'answers' : 'silent',
    recoveredAfterMs: round(performance.now() - from),
    rssMiB: core.rssMiB(),
  };
}

async function idle(core: CoreProcess): Promise<Result> {
  const clients = await connect(core, 5000);
  const [median, worst] = await exchangeMs(core);
  const cpuFrom = core.cpuSeconds();
  await pause(3000);
  const cpu = core.cpuSeconds() - cpuFrom;
  const result = {
    open: clients.filter((client) => !client.closed).length,
    exchangeMs: round(median),
    worstMs: round(worst),
    cpuPercent: round((cpu / 3) * 100),
    rssMiB: core.rssMiB(),
  };
  closeAll(clients);
  return result;
}

async function tunnels(core: CoreProcess): Promise<Result> {
  const clients = await connect(core, 1000);
  const from = performance.now();
  for (const { socket } of clients) socket.write(`CONNECT 127.0.0.1:${echoPort} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await untilTrue(
    () => Promise.resolve(clients.every((client) => client.closed || client.text.includes('\r\n\r\n'))),
    20_000,
    'all tunnels are answered',
  );
  const establishedMs = performance.now() - from;
  const standing = clients.filter((client) => client.text.startsWith('HTTP/1.1 200'));
  for (const { socket } of standing) socket.write('there and back');
  await untilTrue(
    () => Promise.resolve(standing.every((client) => client.text.endsWith('there and back'))),
    20_000,
    'bytes go both ways in all tunnels',
  );
  const [median, worst] = await exchangeMs(core);
  const result = {
    standing: standing.length,
    establishedMs: round(establishedMs),
    exchangeMs: round(median),
    worstMs: round(worst),
    rssMiB: core.rssMiB(),
  };
  closeAll(clients);
  return result;
}

async function stoppedReaders(core: CoreProcess): Promise<Result> {
  const clients = await connect(core, 1000);
  for (const { socket } of clients) {
    socket.pause();
    socket.write(`GET http://127.0.0.1:${originPort}/big HTTP/1.1\r\nHost: a\r\nCookie: ${Math.random()}\r\n\r\n`);
  }
  const from = performance.now();
  await pause(500);
  const rssFull = core.rssMiB();
  // Behind 1,000 of them, 32 at a time: those that stand still make room for the next.
  let served: [number, number] = [-1, -1];
  while (served[0] < 0 && performance.now() - from < 50_000) served = await exchangeMs(core);
  const result = {
    anotherServedAfterMs: served[0] < 0 ? 'never' : round(performance.now() - from),
    exchangeMs: round(served[0]),
    worstMs: round(served[1]),
    rssFullMiB: rssFull,
    rssMiB: core.rssMiB(),
  };
  closeAll(clients);
  return result;
}

const stop = setTimeout(() => {
  console.error(`not done within ${(4 * AT_MOST_MS) / 1000} s`);
  process.exit(1);
}, 4 * AT_MOST_MS);
const results = [
  await measured(
    '256 file descriptors, 600 connections',
    await startCoreProcess([], undefined, { files: 256 }),
    fewFiles,
  ),
  await measured('5,000 idle connections', await startCoreProcess([]), idle),
  await measured('1,000 tunnels', await startCoreProcess([]), tunnels),
  await measured('1,000 readers that stop, at the default patience', await startCoreProcess([]), stoppedReaders),
];
clearTimeout(stop);
for (const { what, ...figures } of results) {
  console.log(`\n${what}`);
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(18)} ${value}`);
}
const { values } = parseArgs({ options: { json: { type: 'string' } } });
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
origin.closeAllConnections();
origin.close();
echo.close();
process.exit(0);
