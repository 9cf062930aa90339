/**
 * The same stories over real sockets: a whole core with its own front and origin client, clients and an origin that write
 * bytes, a clock that stands still until the story moves it. What each line must lead to is known from the world without
 * sockets, and waited for.
 */
import type { Socket } from 'node:net';
import type { ExchangeDetail } from '../../../contract/exchange.ts';
import { MemoryTier } from '../../../cache/testkit/memory-tier.ts';
import { RawClient } from '../../../testkit/clients.ts';
import { openRawOrigin, type RawOrigin } from '../../../testkit/raw-origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { linesOf, parse, textOf, type Progress, type StoryBounds } from './story.ts';

class StandingClock extends MovableClock {
  override readonly now = (): number => Date.UTC(2026, 0, 1) + this.offsetMs;
}

interface Call {
  readonly socket: Socket;
  readonly method: string;
  isChunked: boolean;
  /** Its content ends with the connection: `[Connection: close]` without a length. */
  endsByClose: boolean;
}

class SocketWorld {
  readonly #clock: StandingClock;
  readonly #running: RunningCore;
  readonly #origin: RawOrigin;
  readonly #calls: Call[];
  /** What is asked once more after a broken connection breaks again. */
  readonly #again: { breaks: boolean };
  readonly #clients = new Map<string, RawClient>();
  #ended = 0;

  constructor(
    clock: StandingClock,
    running: RunningCore,
    origin: RawOrigin,
    calls: Call[],
    again: { breaks: boolean },
  ) {
    this.#again = again;
    this.#clock = clock;
    this.#running = running;
    this.#origin = origin;
    this.#calls = calls;
    running.core.onFinished(() => this.#ended++);
  }

  async play(line: string, next: string): Promise<void> {
    const [, mark = '', rest = ''] = /^(>>|<=|--) (.*)$/.exec(line) ?? [];
    const at = rest.indexOf(' ');
    const [name, what] = [rest.slice(0, at), rest.slice(at + 1)];
    if (mark === '--') await this.#direct(name, what);
    else if (mark === '<=') this.#answer(name, what);
    else {
      this.#again.breaks = false;
      // A refused connection is one nobody listens for.
      if (/^<= \S+ \(ECONNREFUSED\)$/.test(next)) await this.#origin.close();
      await this.#client(name, what);
    }
  }

  async until({ begun, asked, heads, ended }: Progress, line: string): Promise<void> {
    const there = async (): Promise<Progress> => {
      const { rows } = await this.#running.core.handlers['exchange.list']({});
      return {
        begun: rows.length,
        asked: this.#calls.length,
        heads: rows.filter(({ status }) => status !== undefined).length,
        ended: this.#ended,
      };
    };
    for (let turns = 0; ; turns++) {
      const now = await there();
      if (now.begun >= begun && now.asked >= asked && now.heads >= heads && now.ended >= ended) return;
      if (turns > 20_000)
        throw new Error(`${line}: ${JSON.stringify(now)} instead of ${JSON.stringify({ begun, asked, heads, ended })}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async detail(id: number): Promise<ExchangeDetail> {
    const detail: unknown = await this.#running.core.handlers['exchange.get']({ id });
    // The name the stories give their origin.
    return JSON.parse(JSON.stringify(detail).replaceAll(`127.0.0.1:${this.#origin.port}`, 'a.test')) as ExchangeDetail;
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.socket.destroy();
    await this.#running.stop();
    await this.#origin.close();
  }

  async #direct(word: string, value: string): Promise<void> {
    if (value === 's') this.#clock.advance(Number(word));
    else if (word === 'purge')
      await this.#running.core.handlers['cache.purge']({ selector: { url: this.#origin.url + value }, dryRun: false });
    else throw new Error(`no such direction over sockets: ${word} ${value}`);
  }

  async #client(name: string, what: string): Promise<void> {
    const known = this.#clients.get(name);
    if (what === '(gone)') known?.socket.resetAndDestroy();
    else if (what.startsWith('"')) known?.send(`${textOf(what).length.toString(16)}\r\n${textOf(what)}\r\n`);
    else if (what === 'end') known?.send('0\r\n\r\n');
    else {
      const { words, fields } = parse(what);
      const [method = '', target = '', more] = words;
      const url = target.startsWith('/')
        ? this.#origin.url + target
        : target
            .replace('//self.test', `//127.0.0.1:${this.#running.port}`)
            .replace(/\/\/a\.test(?::8080)?/, this.#origin.url.slice(5));
      const client = await RawClient.open(this.#running.port);
      this.#clients.set(name, client);
      const sent = ['Host', new URL(url).host, ...fields, ...(more === '...' ? ['Transfer-Encoding', 'chunked'] : [])];
      client.send(`${method} ${url} HTTP/1.1\r\n${written(sent)}\r\n`);
    }
  }

  #answer(name: string, what: string): void {
    const call = this.#calls[name.charCodeAt(0) - 65];
    if (call === undefined) {
      if (what === '(ECONNREFUSED)') return;
      throw new Error(`the origin was not asked ${name}`);
    }
    const { socket, method } = call;
    const { words, fields } = parse(what);
    const status = Number(words[0]);
    if (what.startsWith('"')) {
      const text = textOf(what);
      socket.write(call.isChunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
    } else if (words[0] === 'end') {
      if (call.isChunked) socket.write(`0\r\n${written(fields)}\r\n`);
      else if (call.endsByClose) socket.end();
    } else if (what.startsWith('(')) {
      this.#again.breaks = true;
      socket.resetAndDestroy();
    } else {
      const hasContent = status >= 200 && status !== 204 && status !== 304 && method !== 'HEAD';
      const names = fields.filter((_, i) => i % 2 === 0).map((field) => field.toLowerCase());
      const isOpen = hasContent && !names.includes('content-length');
      call.endsByClose = isOpen && names.includes('connection');
      call.isChunked = isOpen && !call.endsByClose;
      socket.write(
        `HTTP/1.1 ${status} X\r\n${written(fields)}${call.isChunked ? 'Transfer-Encoding: chunked\r\n' : ''}\r\n`,
        'latin1',
      );
    }
  }
}

/** What is recorded of a story over sockets; each line waits until `progress` is reached. */
export async function recordsOverSockets(
  script: string,
  bounds: StoryBounds,
  progress: readonly Progress[],
  ids: readonly number[],
): Promise<ExchangeDetail[]> {
  const calls: Call[] = [];
  const again = { breaks: false };
  const origin = await openRawOrigin((socket, head) => {
    // Chunks of content end like heads.
    const method = /^([A-Z]+) \S+ HTTP\//.exec(head.slice(head.lastIndexOf('\r\n0\r\n\r\n') + 1))?.[1];
    if (method === undefined) return;
    if (again.breaks) socket.resetAndDestroy();
    else calls.push({ socket, method, isChunked: false, endsByClose: false });
  });
  const clock = new StandingClock();
  const running = await startCore(
    {
      cacheMode: bounds.mode ?? 'standard',
      cacheTtlSeconds: bounds.ttlSeconds ?? 60,
      ignoreClientCacheControl: bounds.ignoreClientControl ?? false,
      cdnCacheControl: bounds.cdnCacheControl ?? false,
      maxCacheBodySize: bounds.maxBodyBytes ?? 1000,
      cacheCapacity: bounds.capacity ?? 100,
      finishAbandonedBytes: bounds.finishAbandonedBytes ?? 0,
    },
    clock,
    bounds.tier === true ? { tier: new MemoryTier() } : undefined,
  );
  const world = new SocketWorld(clock, running, origin, calls, again);
  try {
    const lines = linesOf(script);
    for (const [i, line] of lines.entries()) {
      await world.play(line, lines[i + 1] ?? '');
      const wanted = progress[i]!;
      // Nobody sees who was refused a connection; the next line tells what came of it.
      const isRefused = /^<= \S+ \(ECONNREFUSED\)$/.test(lines[i + 1] ?? '');
      const refused = lines.slice(0, i + 2).filter((text) => /^<= \S+ \(ECONNREFUSED\)$/.test(text)).length;
      // The head of a request goes out with its first content.
      const isBegun = /^>> \S+ [A-Z]+ .*\.\.\./.test(line);
      await world.until(
        { ...wanted, asked: isBegun ? 0 : wanted.asked - refused, ...(isRefused && { heads: 0, ended: 0 }) },
        line,
      );
    }
    return await Promise.all(ids.map((id) => world.detail(id)));
  } finally {
    await world.close();
  }
}

function written(fields: readonly string[]): string {
  let text = '';
  for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
  return text;
}
