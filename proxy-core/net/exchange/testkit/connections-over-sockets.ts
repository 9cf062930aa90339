/**
 * Cases about connections: tunnels, TLS inside them, upgrades. A whole core, a client that writes bytes or speaks TLS, an
 * origin on a port of this machine that is called `a.test:443` (or `:80`) in the script; `c.test` leads there, too. Nothing
 * of it can be data only.
 *
 *     >> 1 CONNECT a.test:443          client 1 asks for a tunnel, and reads the head of the answer
 *     >> 1 TLS [sni: b.test; alpn: h2] it begins TLS there, and trusts the CA of the proxy (by ALPN `http/1.1` else)
 *     >> 1 GET /a [Cookie: x]          it asks inside, or the proxy itself where no tunnel stands, and reads the answer
 *     >> 1 "SSH-2.0-x"                 it writes a line
 *     >> 1 curl https://a.test:443/a   curl asks through the proxy, and trusts no CA of it
 *     >> 1 (gone)                      it closes its connection
 *     <= 403 [X: y]                    what the origin answers from now on (200 that may be stored for a minute at first)
 *     <= (ECONNREFUSED)                nobody listens there any more
 *
 * The origin speaks TLS where `{"origin": "tls"}` says so; to what is no HTTP it says bye.
 */
import { execFile } from 'node:child_process';
import dns from 'node:dns';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { vi } from 'vitest';
import type { ExchangeDetail } from '../../../contract/exchange.ts';
import type { InterceptMode } from '../../../contract/settings.ts';
import { testAuthority } from '../../../testkit/certificate.ts';
import { RawClient } from '../../../testkit/clients.ts';
import { openRawOrigin } from '../../../testkit/raw-origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../../testkit/running-core.ts';
import { openTlsOrigin } from '../../../testkit/tls-origin.ts';
import { linesOf, parse, textOf } from './story.ts';

/** What such a case may say of its world. */
export interface ConnectionBounds {
  intercept?: InterceptMode;
  hosts?: string;
  except?: string;
  origin?: 'tls';
  /** Names may be asked for, and there is none; else those that end in `.test` are this machine. */
  names?: 'none';
}

/** Stands still, today: certificates are judged by the real date. */
class TodaysClock extends MovableClock {
  readonly #today = Date.now();
  override readonly now = (): number => this.#today + this.offsetMs;
}

const authority = testAuthority();
const identity = authority.issue({ names: ['a.test'] });

/** Nobody is asked. The type has a part for promises that nobody calls here. */
const NO_NAMES = ((_name: string, _options: dns.LookupAllOptions, answer: (error: Error) => void): void =>
  answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))) as unknown as typeof dns.lookup;

interface Answer {
  status: number;
  fields: readonly string[];
}

interface OpenOrigin {
  readonly port: number;
  close(): Promise<void>;
}

/** One that answers what it is told to. */
async function openOrigin(speaksTls: boolean, answer: () => Answer): Promise<OpenOrigin> {
  if (speaksTls)
    return openTlsOrigin(identity, (_request, response) => {
      const { status, fields } = answer();
      response.sendDate = false;
      for (let i = 0; i < fields.length; i += 2) response.setHeader(fields[i]!, fields[i + 1]!);
      response.statusCode = status;
      response.end('hello');
    });
  return openRawOrigin((socket, head) => {
    if (!/^[A-Z]+ \S+ HTTP\/1\.1\r\n/.test(head)) {
      socket.end('bye');
      return;
    }
    const { status, fields } = answer();
    let text = `HTTP/1.1 ${status} X\r\n`;
    for (let i = 0; i < fields.length; i += 2) text += `${fields[i]}: ${fields[i + 1]}\r\n`;
    socket.write(status === 101 ? `${text}\r\n` : `${text}Content-Length: 5\r\n\r\nhello`);
  });
}

/** A client, and TLS on its connection once it began. */
class Client {
  readonly #raw: RawClient;
  #secure: tls.TLSSocket | undefined;
  #received = '';
  #wake: (() => void) | undefined;

  constructor(raw: RawClient) {
    this.#raw = raw;
    raw.socket.on('data', (chunk: Buffer) => this.#take(chunk));
    for (const event of ['end', 'close'] as const) raw.socket.on(event, () => this.#wake?.());
  }

  get hasTunnel(): boolean {
    return this.#raw.received.startsWith('HTTP/1.1 200 Connection');
  }

  send(text: string): void {
    this.#received = '';
    (this.#secure ?? this.#raw.socket).write(Buffer.from(text, 'latin1'));
  }

  /** Until a head and what its Content-Length says has come, or the connection ended. */
  async answered(): Promise<void> {
    const isWhole = (): boolean => {
      const end = this.#received.indexOf('\r\n\r\n');
      const length = /^content-length: (\d+)\r$/im.exec(this.#received)?.[1] ?? '0';
      return end >= 0 && this.#received.length >= end + 4 + Number(length);
    };
    while (!isWhole() && !this.#raw.ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Until TLS stands, or came to nothing. */
  async beginTls(ca: string, servername: string, protocols: string[]): Promise<void> {
    const socket = this.#raw.socket;
    socket.removeAllListeners('data');
    const secure = tls.connect({ socket, ca, servername, ALPNProtocols: protocols });
    this.#secure = secure;
    secure.on('data', (chunk: Buffer) => this.#take(chunk));
    await new Promise<void>((resolve) => {
      secure.once('secureConnect', resolve);
      secure.once('error', () => resolve());
      secure.once('close', () => resolve());
    });
  }

  leave(): void {
    (this.#secure ?? this.#raw.socket).end();
  }

  close(): void {
    this.#raw.close();
  }

  #take(chunk: Buffer): void {
    this.#received += chunk.toString('latin1');
    this.#wake?.();
  }
}

/** What is recorded of the exchanges of such a case. */
export async function recordsOfConnections(
  script: string,
  bounds: ConnectionBounds,
  ids: readonly number[],
): Promise<ExchangeDetail[]> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-truth-'));
  const upstreamCa = path.join(folder, 'origin.pem');
  fs.writeFileSync(upstreamCa, authority.cert);
  const says: Answer = { status: 200, fields: ['Cache-Control', 'max-age=60'] };
  const origin = await openOrigin(bounds.origin === 'tls', () => says);
  const running = await startCore(
    {
      intercept: bounds.intercept ?? 'off',
      interceptHosts: bounds.hosts ?? '',
      interceptExcept: bounds.except ?? '',
      upstreamCa,
      ...(bounds.names === 'none' && { dialAllow: 'any' as const }),
    },
    new TodaysClock(),
  );
  const lookup = bounds.names === 'none' ? vi.spyOn(dns, 'lookup').mockImplementation(NO_NAMES) : undefined;
  const clients = new Map<string, Client>();
  const real = (text: string): string =>
    text
      .replace('self.test:1488', `127.0.0.1:${running.port}`)
      .replace(/(?<=[abc]\.test:)(443|80)$|(?<=[abc]\.test:)(443|80)(?=\/)/, String(origin.port));
  try {
    const { ca } = bounds.intercept === undefined ? { ca: undefined } : await running.core.handlers['ca.make']({});
    for (const line of linesOf(script)) {
      const [, mark = '', rest = ''] = /^(>>|<=) (.*)$/.exec(line) ?? [];
      if (mark === '<=') {
        if (rest === '(ECONNREFUSED)') await origin.close();
        else {
          const { words, fields } = parse(rest);
          Object.assign(says, { status: Number(words[0]), fields });
        }
        continue;
      }
      const at = rest.indexOf(' ');
      const [name, what] = [rest.slice(0, at), rest.slice(at + 1)];
      const client = clients.get(name) ?? new Client(await RawClient.open(running.port));
      clients.set(name, client);
      await play(client, what, running, real, ca?.pem ?? '');
    }
    for (const client of clients.values()) client.leave();
    return await settled(running, ids, (text) =>
      text.replaceAll(`.test:${origin.port}`, '.test:443').replaceAll(`127.0.0.1:${running.port}`, 'self.test:1488'),
    );
  } finally {
    for (const client of clients.values()) client.close();
    lookup?.mockRestore();
    await running.stop();
    await origin.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function play(
  client: Client,
  what: string,
  { port }: RunningCore,
  real: (text: string) => string,
  ca: string,
): Promise<void> {
  const { words, fields } = parse(what);
  const [verb = '', target = ''] = words;
  const field = (name: string): string | undefined => {
    const at = fields.indexOf(name);
    return at < 0 ? undefined : fields[at + 1];
  };
  if (what === '(gone)') client.leave();
  else if (what.startsWith('"')) client.send(`${textOf(what)}\r\n\r\n`);
  else if (verb === 'TLS') await client.beginTls(ca, field('sni') ?? 'a.test', [field('alpn') ?? 'http/1.1']);
  else if (verb === 'curl')
    await new Promise<void>((resolve) => {
      // That it fails is the point of it.
      execFile('curl', ['-sS', '--max-time', '20', '-x', `http://127.0.0.1:${port}`, real(target)], () => resolve());
    });
  else {
    const isInside = verb !== 'CONNECT' && client.hasTunnel;
    const host = isInside ? real('a.test:443') : real(target).replace(/^[a-z]+:\/\/([^/]*).*$/, '$1');
    let head = `${verb} ${real(target)} HTTP/1.1\r\nHost: ${host}\r\n`;
    for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
    client.send(`${head}\r\n`);
    await client.answered();
  }
}

/** The details once all exchanges are over. */
async function settled(
  { core }: RunningCore,
  ids: readonly number[],
  told: (text: string) => string,
): Promise<ExchangeDetail[]> {
  const last = Math.max(...ids);
  for (let turns = 0; ; turns++) {
    const { rows } = await core.handlers['exchange.list']({});
    if (rows.length >= last && rows.every(({ state }) => state !== 'pending' && state !== 'open')) break;
    if (turns > 20_000) throw new Error(`not over: ${JSON.stringify(rows.map(({ state, url }) => [state, url]))}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const details: ExchangeDetail[] = [];
  for (const id of ids) {
    const detail = await core.handlers['exchange.get']({ id });
    details.push(JSON.parse(told(JSON.stringify(detail))) as ExchangeDetail);
  }
  return details;
}
