/**
 * node bench/hit-path.ts OLD_CORE NEW_CORE [--turns 8] [--seconds 2] [--processes 3] [--connections 32] [--bytes 1024] [--fields few|browser] [--urls 1]
 *   [--old-flags=--max-semi-space-size=64] [--new-flags=…]   (flags of node itself)
 * Whether a hit costs more than before: two built cores (`out/core` of two checkouts) by turns on one CPU, the load on the
 * other. Both live at the same time and take short turns, since two seconds on a shared machine differ by more than what
 * is looked for; each pair of processes is started anew, since two processes of one program differ too. The ratio by CPU
 * per request is the steadier one. The load is wrk where it is installed, else a small client of its own. Linux (taskset).
 */
import { execFile, execFileSync } from 'node:child_process';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { parseArgs, promisify } from 'node:util';
import { startCoreProcess, type CoreProcess } from './core-process.ts';

const run = promisify(execFile);
/** Until the code is compiled and the capture ring is full, seconds. */
const WARM_UP_SECONDS = 4;

const BROWSER_FIELDS: readonly (readonly [string, string])[] = [
  [
    'User-Agent',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  ],
  ['sec-ch-ua', '"Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"'],
  ['sec-ch-ua-mobile', '?0'],
  ['sec-ch-ua-platform', '"Linux"'],
  ['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Accept-Language', 'en-GB,en;q=0.9'],
  ['Sec-Fetch-Site', 'same-origin'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
  ['Cookie', 'session=4f1c2a9e77d04b0c; lang=en'],
];

/** The client for machines without wrk: `connections` kept-alive sockets, one request each at a time. Prints requests per second. */
async function runClient(
  port: number,
  target: string,
  seconds: number,
  connections: number,
  fields: string,
  urls: number,
): Promise<void> {
  const host = new URL(target).host;
  const heads = Array.from(
    { length: urls },
    (_, n) =>
      `GET ${target}${urls > 1 ? n : ''} HTTP/1.1\r\nHost: ${host}\r\n${fieldsOf(fields)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
  );
  let turn = 0;
  const nextHead = (): string => heads[turn++ % urls]!;
  let answers = 0;
  let over = false;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      let wanted = 0;
      let got = 0;
      const socket = net.connect(port, '127.0.0.1').setNoDelay(true);
      socket.on('connect', () => socket.write(nextHead()));
      socket.on('error', () => socket.destroy());
      socket.on('close', () => resolve());
      socket.on('data', (data: Buffer) => {
        if (wanted === 0) {
          const end = data.indexOf('\r\n\r\n');
          if (end < 0) return;
          wanted = end + 4 + Number(/content-length: *(\d+)/i.exec(data.toString('latin1', 0, end))?.[1] ?? 0);
        }
        got += data.length;
        if (got < wanted) return;
        wanted = got = 0;
        answers++;
        if (over) socket.destroy();
        else socket.write(nextHead());
      });
    });
  setTimeout(() => (over = true), seconds * 1000);
  await Promise.all(Array.from({ length: connections }, one));
  console.log(`Requests/sec: ${answers / seconds}`);
}

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const fieldsOf = (which: string): readonly (readonly [string, string])[] => (which === 'browser' ? BROWSER_FIELDS : []);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;
const hasWrk = (): boolean => {
  try {
    execFileSync('which', ['wrk'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

interface Side {
  readonly name: string;
  readonly folder: string;
  readonly nodeFlags: readonly string[];
  readonly perSecond: number[];
  /** CPU of the core per request, µs. */
  readonly cpuUs: number[];
}

async function measure(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      turns: { type: 'string', default: '8' },
      seconds: { type: 'string', default: '2' },
      processes: { type: 'string', default: '3' },
      connections: { type: 'string', default: '32' },
      bytes: { type: 'string', default: '1024' },
      fields: { type: 'string', default: 'few' },
      urls: { type: 'string', default: '1' },
      'old-flags': { type: 'string', default: '' },
      'new-flags': { type: 'string', default: '' },
    },
  });
  const [oldFolder, newFolder] = positionals;
  if (oldFolder === undefined || newFolder === undefined)
    throw new Error('two folders with built cores are needed: node bench/hit-path.ts OLD/out/core NEW/out/core');
  const wrk = hasWrk();
  const seconds = Number(values.seconds);

  const origin = http.createServer((_request, response) => {
    response.setHeader('Cache-Control', 'max-age=3600');
    response.setHeader('ETag', '"1"');
    response.end('x'.repeat(Number(values.bytes)));
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/one`;

  async function load(core: CoreProcess, forSeconds: number): Promise<number> {
    const command = wrk
      ? [
          'wrk',
          '-t1',
          `-c${values.connections}`,
          `-d${forSeconds}s`,
          ...fieldsOf(values.fields).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
          '-s',
          `${import.meta.dirname}/absolute-form.lua`,
          `http://127.0.0.1:${core.proxyPort}`,
          '--',
          target,
          values.urls,
        ]
      : [
          process.execPath,
          import.meta.filename,
          'client',
          String(core.proxyPort),
          target,
          String(forSeconds),
          values.connections,
          values.fields,
          values.urls,
        ];
    const { stdout } = await run('taskset', ['-c', '1', ...command]);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  }

  const sides: readonly Side[] = [
    { name: 'old', folder: oldFolder, nodeFlags: words(values['old-flags']), perSecond: [], cpuUs: [] },
    { name: 'new', folder: newFolder, nodeFlags: words(values['new-flags']), perSecond: [], cpuUs: [] },
  ];
  for (let pair = 0; pair < Number(values.processes); pair++) {
    const cores = new Map<Side, CoreProcess>();
    for (const side of sides)
      cores.set(side, await startCoreProcess([], 0, { coreDir: side.folder, nodeFlags: side.nodeFlags }));
    for (const core of cores.values()) await load(core, WARM_UP_SECONDS);
    for (let turn = 0; turn < Number(values.turns); turn++) {
      for (const side of turn % 2 === 0 ? sides : [...sides].reverse()) {
        const core = cores.get(side)!;
        const before = core.cpuSeconds();
        const perSecond = await load(core, seconds);
        side.perSecond.push(Math.round(perSecond));
        side.cpuUs.push(((core.cpuSeconds() - before) / (perSecond * seconds)) * 1e6);
      }
    }
    for (const core of cores.values()) await core.stop();
  }
  origin.close();
  origin.closeAllConnections();

  const [before, after] = sides as [Side, Side];
  for (const { name, perSecond, cpuUs } of sides) {
    console.log(
      `${name}: ${median(perSecond)} hits a second (${Math.min(...perSecond)} to ${Math.max(...perSecond)}), ${median(cpuUs).toFixed(1)} µs of CPU a hit (${Math.min(...cpuUs).toFixed(1)} to ${Math.max(...cpuUs).toFixed(1)})`,
    );
  }
  const ratios = (list: (side: Side) => readonly number[]): number[] =>
    list(before).map((value, n) => list(after)[n]! / value);
  console.log(
    `load by ${wrk ? 'wrk' : 'its own client'}; new to old, median of ${before.perSecond.length} neighbouring turns: throughput ${median(ratios((side) => side.perSecond)).toFixed(3)}, CPU a hit ${median(ratios((side) => side.cpuUs)).toFixed(3)}`,
  );
}

if (process.argv[2] === 'client') {
  const [port, target, seconds, connections, fields, urls] = process.argv.slice(3);
  await runClient(Number(port), target!, Number(seconds), Number(connections), fields!, Number(urls));
} else await measure();
