/**
 * node bench/capture-memory.ts [--urls 300000] [--answers 300000] [--connections 32] [--core FOLDER] [--no-collect]
 *   [--snapshots FOLDER] [--flags="--capture-rows 50000"] [--node-flags=--max-semi-space-size=16]
 * Whether memory stays where the budgets put it: unique URLs with the fields a browser sends, then `no-store` answers of
 * 100 bytes, then *Clear* and an emptied cache. RSS is the median of the samples before each mark, read before the
 * collector is asked to run; the live heap is what a full collection leaves (`--no-collect` leaves the core alone and
 * tells `heapUsed` instead). Ends with 1 when the second half is not level within 10 % or above the budgets + 150 MB.
 * The load and its origin run in processes of their own. Linux.
 */
import { fork } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCoreProcess, type CoreProcess } from './core-process.ts';

const MIB = 1024 * 1024;
/** What the process may take beyond the two budgets, MiB. */
const ALLOWANCE = 150;
const MARKS = [20_000, 150_000, 225_000, 300_000];

/** Answers every request at once: `/u/…` may be stored, `/n/…` may not. */
function runOrigin(): void {
  const page = 'x'.repeat(1024);
  const small = 'y'.repeat(100);
  const answer = (path: string): string => {
    const id = path.slice(3, 24);
    const date = new Date().toUTCString();
    return path.startsWith('/n/')
      ? `HTTP/1.1 200 OK\r\nDate: ${date}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nX-Request-Id: ${id}-n\r\nContent-Length: 100\r\n\r\n${small}`
      : `HTTP/1.1 200 OK\r\nDate: ${date}\r\nServer: example/1.0\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: public, max-age=3600\r\nETag: "${id}"\r\n` +
          `Last-Modified: ${date}\r\nVary: Accept-Encoding\r\nX-Request-Id: ${id}-u\r\nContent-Length: 1024\r\n\r\n${page}`;
  };
  const server = net.createServer((socket) => {
    let rest = '';
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: string) => {
      rest += data;
      for (let end = rest.indexOf('\r\n\r\n'); end >= 0; end = rest.indexOf('\r\n\r\n')) {
        const path = rest.slice(rest.indexOf(' ') + 1, rest.indexOf(' HTTP/'));
        rest = rest.slice(end + 4);
        socket.write(answer(path), 'latin1');
      }
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  process.on('disconnect', () => process.exit(0));
}

/** One kept-alive connection that asks one thing after the other. Bodies have a Content-Length here, always. */
class Connection {
  readonly #socket: net.Socket;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #needed = 0;
  #done: ((status: number) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;
  #status = 0;

  constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    this.#socket.on('error', (error) => this.#failed?.(error));
    this.#socket.on('close', () => this.#failed?.(new Error('the proxy closed the connection')));
    this.#socket.on('data', (data) => this.#take(data));
  }

  ask(head: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
      this.#socket.write(head, 'latin1');
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.destroy();
  }

  #take(data: Buffer): void {
    this.#chunks.push(data);
    this.#bytes += data.length;
    if (this.#needed === 0) {
      const text = Buffer.concat(this.#chunks).toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#status = Number(text.slice(9, 12));
      this.#needed = end + 4 + Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? 0);
    }
    if (this.#bytes < this.#needed) return;
    this.#chunks = [];
    this.#bytes = this.#needed = 0;
    this.#done?.(this.#status);
  }
}

/** What a browser sends with the n-th request: one identity, a page it comes from, a cookie that changes now and then. */
function browserHead(authority: string, path: string, n: number): string {
  return (
    `GET http://${authority}${path} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Connection: keep-alive\r\n` +
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n' +
    'sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24", "Google Chrome";v="140"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: "Linux"\r\n' +
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8\r\n' +
    'Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9,de;q=0.8\r\nUpgrade-Insecure-Requests: 1\r\n' +
    `Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\nReferer: http://${authority}/section/${Math.floor(n / 10)}/index.html?from=front\r\n` +
    `Cookie: session=4f1c2a9e77d04b0c8f3e5a; consent=all; _ga=GA1.1.1234567890.${1_700_000_000 + Math.floor(n / 50)}; lang=en\r\n\r\n`
  );
}

interface Stats {
  memory: { rss: number; heap_used: number; heap_total: number; array_buffers: number };
  capture: Record<string, number>;
  cache: { bytes: number; entries: number };
}

/** The core's debugger: the one way to a full collection, and to a heap snapshot, without changing the core. */
class Debugger {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: { usedSize?: number }) => void>();
  #onChunk: ((text: string) => void) | undefined;
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as {
        id?: number;
        result?: { usedSize?: number };
        method?: string;
        params?: { chunk?: string };
      };
      if (message.method === 'HeapProfiler.addHeapSnapshotChunk') this.#onChunk?.(message.params?.chunk ?? '');
      if (message.id !== undefined) this.#waiting.get(message.id)?.(message.result ?? {});
    };
  }

  static async open(url: string): Promise<Debugger> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
    return new Debugger(socket);
  }

  #call(method: string, params: object = {}): Promise<{ usedSize?: number }> {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  async collect(): Promise<void> {
    await this.#call('HeapProfiler.collectGarbage');
    await this.#call('HeapProfiler.collectGarbage');
  }

  async snapshot(file: string): Promise<void> {
    const out = createWriteStream(file);
    this.#onChunk = (text) => out.write(text);
    await this.#call('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    await new Promise<void>((resolve) => out.end(() => resolve()));
  }

  close(): void {
    this.#socket.close();
  }
}

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;

async function measure(): Promise<boolean> {
  const { values } = parseArgs({
    allowNegative: true,
    options: {
      urls: { type: 'string', default: '300000' },
      answers: { type: 'string', default: '300000' },
      connections: { type: 'string', default: '32' },
      core: { type: 'string' },
      collect: { type: 'boolean', default: true },
      snapshots: { type: 'string' },
      flags: { type: 'string', default: '' },
      'node-flags': { type: 'string', default: '' },
    },
  });
  const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
  const origin = fork(import.meta.filename, ['origin']);
  const originPort = await new Promise<number>((resolve) => origin.once('message', (port) => resolve(Number(port))));
  const core: CoreProcess = await startCoreProcess(words(values.flags), undefined, {
    inspect: values.collect,
    nodeFlags: words(values['node-flags']),
    ...(values.core !== undefined && { coreDir: values.core }),
  });
  const debug = core.inspector === undefined ? undefined : await Debugger.open(core.inspector);
  const authority = `127.0.0.1:${originPort}`;
  const settings = await core.api<Record<string, { value: number } | number>>('/api/settings');
  const setting = (name: string): number => {
    const found = settings[name];
    return typeof found === 'number' ? found : (found?.value ?? 0);
  };
  // A core without the one budget bounded records and bodies apart.
  const captureBytes = setting('capture_max_bytes') || setting('capture_body_bytes') + 96 * MIB;
  const limit = Math.round((captureBytes + setting('cache_max_bytes')) / MIB) + ALLOWANCE;

  const rss: number[] = [];
  let asked = 0;
  const sampler = setInterval(() => rss.push(core.rssMiB()), 100);
  const levels: { what: string; rss: number; heap: number }[] = [];

  /** Tells how things stand. RSS first: the collection that follows changes it. */
  async function tell(what: string): Promise<void> {
    const resident = rss.length < 5 ? core.rssMiB() : median(rss.slice(-30));
    await debug?.collect();
    const { memory, capture, cache } = await core.api<Stats>('/api/stats');
    const heap = Math.round((memory.heap_used / MIB) * 10) / 10;
    levels.push({ what, rss: resident, heap });
    console.log(
      `${what.padEnd(24)} RSS ${String(resident).padStart(4)} MiB   ${debug ? 'live heap' : 'heapUsed'} ${heap.toFixed(1).padStart(6)} of ${Math.round(memory.heap_total / MIB)} MiB   buffers ${Math.round(memory.array_buffers / MIB)} MiB   ` +
        `cache ${Math.round(cache.bytes / MIB)} MiB in ${cache.entries}   capture ${JSON.stringify(capture)}`,
    );
    if (values.snapshots !== undefined && debug) {
      mkdirSync(values.snapshots, { recursive: true });
      await debug.snapshot(join(values.snapshots, `${what.replace(/\W+/g, '-')}.heapsnapshot`));
    }
  }

  async function ask(kind: 'u' | 'n', from: number, upTo: number): Promise<void> {
    let next = from;
    const worker = async (): Promise<void> => {
      const connection = new Connection(core.proxyPort);
      while (next < upTo) {
        const n = next++;
        const status = await connection.ask(
          browserHead(authority, `/${kind}/${n}/some/page-of-the-site.html?id=${n}&ref=list`, n),
        );
        if (status !== 200) throw new Error(`answered ${status}`);
        asked++;
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: Number(values.connections) }, worker));
  }

  const startedAt = performance.now();
  await tell('start');
  for (const [kind, count, name] of [
    ['u', Number(values.urls), 'unique URLs'],
    ['n', Number(values.answers), 'no-store answers'],
  ] as const) {
    let from = 0;
    for (const mark of MARKS.map((at) => Math.round((at / 300_000) * count))) {
      await ask(kind, from, mark);
      from = mark;
      await tell(`${mark} ${name}`);
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await core.api('/api/events', { method: 'DELETE', json: {} });
  await untilQuiet(core);
  rss.length = 0;
  await tell('after Clear');
  clearInterval(sampler);
  console.log(
    `${asked} exchanges in ${seconds.toFixed(0)} s; allowed: capture ${Math.round(captureBytes / MIB)} + cache ${Math.round(setting('cache_max_bytes') / MIB)} + ${ALLOWANCE} = ${limit} MiB`,
  );

  let good = true;
  const check = (isSo: boolean, text: string): void => {
    console.log(`${isSo ? 'kept  ' : 'BROKEN'} ${text}`);
    good &&= isSo;
  };
  for (const name of ['unique URLs', 'no-store answers']) {
    const half = levels.filter(({ what }) => what.endsWith(name)).slice(1);
    // Without a collection the heap is whatever garbage there is: no measure.
    for (const account of values.collect ? (['rss', 'heap'] as const) : (['rss'] as const)) {
      const list = half.map((level) => level[account]);
      const spread = Math.max(...list) / Math.min(...list) - 1;
      check(
        spread <= 0.1,
        `${name}: ${account === 'rss' ? 'RSS' : 'live heap'} level within ${(spread * 100).toFixed(1)} % over the second half (${list.join(', ')})`,
      );
    }
  }
  const most = Math.max(...levels.map((level) => level.rss));
  check(most <= limit, `RSS ${most} MiB at most, allowed ${limit}`);
  debug?.close();
  await core.stop();
  origin.disconnect();
  return good;
}

/** The core gives memory back in its own time; asks until RSS has not fallen for three seconds. */
async function untilQuiet(core: CoreProcess): Promise<void> {
  let least = core.rssMiB();
  for (let still = 0; still < 30; still++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = core.rssMiB();
    if (now < least - 1) {
      least = now;
      still = 0;
    }
  }
}

if (process.argv[2] === 'origin') runOrigin();
else process.exit((await measure()) ? 0 : 1);
