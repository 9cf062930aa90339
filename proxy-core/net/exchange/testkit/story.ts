/**
 * Stories: the driver between a scripted front and an origin that is data, without a socket or a real clock. A story is
 * script and expectation in one text. Lines of `>>` and `<=` and `--` are carried out, and what comes of them is written
 * in between; the whole must come out as it stands.
 *
 *     >> 1 GET /a [Cookie: x]          client 1 asks           >> 1 "part", >> 1 end        content it sends
 *     => A GET /a [If-None-Match: "v"] the origin is asked     >> 1 (gone), (stalled), (stops reading), (reads on)
 *     <= A 200 [ETag: "v"]             it answers              <= A "part", <= A end, <= A (broken), <= A 103 [Link: x]
 *     << 1 200 MISS                    client 1 gets a head    << 1 "part", << 1 end, << 1 (broken)
 *     .. 1 MISS uri-miss               how its record ends     -- 30 s, -- purge /a, -- store fails
 */
import { PassThrough } from 'node:stream';
import { createCacheEngine } from '../../../cache/cache-engine.ts';
import type { CacheEngine } from '../../../cache/plan.ts';
import { LiveSession } from '../../../capture/live-session.ts';
import type { ExchangeRecord } from '../../../capture/record.ts';
import { FaultLog } from '../../../contract/faults.ts';
import type { FieldList } from '../../../http/fields.ts';
import { HeldBytes } from '../../fetch/body-fan.ts';
import { ScriptedFront, type ScriptedReply } from '../../front/testkit/scripted-front.ts';
import type { OriginCall, OriginClient, OriginRequest, OriginSink } from '../../origin/origin-client.ts';
import { nameFailure } from '../../origin/proxy-errors.ts';
import { ExchangeDriver } from '../driver.ts';

/** The origin of all stories; paths alone are written. */
const ORIGIN = 'http://a.test';
/** Fields of a request to the origin that are part of the story. */
const ASKED_FIELDS = ['If-None-Match', 'If-Modified-Since', 'If-Range', 'Range', 'Cookie', 'Authorization', 'X-Story'];
/** Fields of a reply that are. */
const REPLY_FIELDS = ['Age', 'Content-Range', 'Set-Cookie', 'Warning', 'X-Story'];

/** Bounds of a story that are worth another value. */
export interface StoryBounds {
  maxBodyBytes?: number;
  finishAbandonedBytes?: number;
  heldBytes?: number;
  mode?: 'standard' | 'fixed-ttl' | 'off';
}

interface Call {
  readonly sink: OriginSink;
  readonly origin: OriginRequest;
}

const TICK = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class World {
  readonly trace: string[];
  readonly #front: ScriptedFront;
  readonly #replies = new Map<string, ScriptedReply>();
  readonly #uploads = new Map<string, PassThrough>();
  readonly #calls = new Map<string, Call>();
  readonly #session: LiveSession;
  readonly #engine: CacheEngine;
  readonly #purge: (url: string) => void;
  readonly held: HeldBytes;
  readonly faults = new FaultLog(() => undefined);
  #nowMs = Date.UTC(2026, 0, 1);
  #failsToStore = false;

  constructor(bounds: StoryBounds) {
    const { report } = this.faults;
    const now = (): number => this.#nowMs;
    this.held = new HeldBytes(bounds.heldBytes ?? 1e6);
    this.#session = new LiveSession({
      sessionId: 's',
      now,
      maxRows: () => 1000,
      maxBytes: () => 1e7,
      maxBodyBytes: () => 1e6,
      maxBodyBytesOne: () => 1e4,
      report,
    });
    this.#session.onFinished((record) => this.trace.push(`.. ${record.id} ${endOf(record)}`));
    const engine = createCacheEngine({
      policy: () => ({
        mode: bounds.mode ?? 'standard',
        ttlSeconds: 60,
        maxBodyBytes: bounds.maxBodyBytes ?? 1000,
        shareAnyway: false,
        cdnCacheControl: false,
        compress: false,
      }),
      budget: () => ({ capacity: 100, maxBytes: 1e6 }),
    });
    this.#purge = (path) => void engine.purge({ url: ORIGIN + path }, false, this.#nowMs);
    this.#engine = engine;
    const commit = engine.commit.bind(engine);
    engine.commit = (...given) => {
      if (this.#failsToStore) throw new Error('the store failed');
      return commit(...given);
    };
    const driver = new ExchangeDriver({
      engine: this.#engine,
      client: this.#origin(),
      observer: this.#session,
      now,
      wallOffsetMs: () => 0,
      held: this.held,
      finishAbandonedBytes: () => bounds.finishAbandonedBytes ?? 0,
      patienceSeconds: () => 60,
      statusFields: () => true,
      via: (version) => `${version} story`,
      instance: 'nobody',
      address: () => 'here',
      isSelf: (host) => host === 'self.test',
      isSecret: () => false,
      report,
    });
    this.#front = new ScriptedFront({
      onRequest: (request) => driver.handle(request),
      onConnect: () => undefined,
      onUpgrade: () => undefined,
      onMalformed: () => undefined,
      onFault: report,
      readPatienceMs: () => 60_000,
    });
    this.trace = this.#front.trace;
  }

  /** Exchanges that have not ended. */
  get inFlight(): number {
    return this.#session.totals.inFlight;
  }

  async play(line: string): Promise<void> {
    const [, mark = '', rest = ''] = /^(>>|<=|--) (.*)$/.exec(line) ?? [];
    if (mark === '--') this.#direct(rest);
    else {
      const at = rest.indexOf(' ');
      const [name, what] = [rest.slice(0, at), rest.slice(at + 1)];
      if (mark === '>>') this.#client(name, what);
      else this.#answer(name, what);
    }
    await TICK();
    await TICK();
  }

  #direct(what: string): void {
    this.trace.push(`-- ${what}`);
    const [word = '', value = ''] = what.split(' ');
    if (value === 's') this.#nowMs += Number(word) * 1000;
    else if (word === 'purge') this.#purge(value);
    else if (what === 'store fails') this.#failsToStore = true;
    else throw new Error(`no such direction: ${what}`);
  }

  #client(name: string, what: string): void {
    const reply = this.#replies.get(name);
    const upload = this.#uploads.get(name);
    if (what === '(gone)') reply?.leave('broken');
    else if (what === '(stalled)') reply?.leave('stalled');
    else if (what === '(reads on)') reply?.readOn();
    else if (what === '(stops reading)') {
      this.trace.push(`>> ${name} ${what}`);
      reply?.stopReading();
    } else if (what.startsWith('"')) {
      this.trace.push(`>> ${name} ${what}`);
      upload?.write(textOf(what));
    } else if (what === 'end') {
      this.trace.push(`>> ${name} end`);
      upload?.end();
    } else this.#ask(name, what);
  }

  #ask(name: string, what: string): void {
    const { words, fields } = parse(what);
    const [method = '', target = '', more] = words;
    const body = more === '...' ? new PassThrough() : undefined;
    if (body) this.#uploads.set(name, body);
    // As it is written in the story, not as it is sent: `>> 1 GET /a [Cookie: x]`.
    const at = this.trace.length;
    const reply = this.#front.ask(`${method} ${target.startsWith('/') ? ORIGIN + target : target}`, {
      fields: ['Host', 'a.test', ...fields],
      label: name,
      ...(body && { body }),
    });
    this.#replies.set(name, reply);
    this.trace[at] = `>> ${name} ${what}`;
    // The driver's own lines come after it; the head of a reply tells what matters of it.
  }

  #origin(): OriginClient {
    return {
      send: (request, sink) => {
        const name = String.fromCharCode(65 + this.#calls.size);
        this.#calls.set(name, { sink, origin: request });
        this.trace.push(`=> ${name} ${request.method} ${request.path}${listed(request.fields, ASKED_FIELDS)}`);
        request.body?.on('data', (chunk: Buffer) => this.trace.push(`=> ${name} "${chunk.toString()}"`));
        request.body?.on('end', () => this.trace.push(`=> ${name} end`));
        request.body?.on('error', () => undefined);
        let isAborted = false;
        const say = (what: string) => (): void => void (isAborted || this.trace.push(`=> ${name} (${what})`));
        const call: OriginCall = {
          pause: say('pause'),
          resume: say('resume'),
          abort: () => {
            say('aborted')();
            isAborted = true;
          },
        };
        return call;
      },
      reconfigure: () => undefined,
      close: () => Promise.resolve(),
    };
  }

  #answer(name: string, what: string): void {
    const call = this.#calls.get(name);
    if (call === undefined) throw new Error(`the origin was not asked ${name}`);
    const { sink, origin } = call;
    this.trace.push(`<= ${name} ${what}`);
    const { words, fields } = parse(what);
    const status = Number(words[0]);
    if (what.startsWith('"')) sink.onData(Buffer.from(textOf(what)));
    else if (words[0] === 'end') sink.onEnd(fields);
    else if (what === '(broken)') {
      const error = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
      sink.onFailed(nameFailure(error, `${origin.method} ${ORIGIN}${origin.path}`, false));
    } else if (status < 200) sink.onInterim(status, fields);
    else sink.onHead(status, '', fields);
  }

  /** Heads are told by what matters of them. */
  told(): string[] {
    return this.trace.map((whole) => {
      const line = shortened(whole);
      const [, name = '', status = ''] = /^<< (\S+) (\d{3}) .*$/.exec(line) ?? [];
      const reply = this.#replies.get(name);
      if (status === '' || reply === undefined || Number(status) < 200) return line;
      const shown = reply.field('x-cache-status') ?? '-';
      return `<< ${name} ${status} ${shown}${listed(reply.fields, REPLY_FIELDS)}`;
    });
  }
}

/** Plays a story; what it came to, to be compared with it, and what must be true at the end of every story. */
export async function play(story: string, bounds: StoryBounds = {}) {
  const lines = linesOf(story);
  const world = new World(bounds);
  for (const line of lines) if (/^(>>|<=|--) /.test(line)) await world.play(line);
  return { told: world.told(), lines, inFlight: world.inFlight, held: world.held.held, faults: world.faults.count };
}

function linesOf(story: string): string[] {
  return story
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `200 [Cache-Control: max-age=60; ETag: "v"]` as words and fields. */
function parse(what: string): { words: string[]; fields: FieldList } {
  const open = what.indexOf('[');
  const words = (open < 0 ? what : what.slice(0, open)).trim().split(' ');
  if (open < 0) return { words, fields: [] };
  const fields = what
    .slice(open + 1, what.lastIndexOf(']'))
    .split('; ')
    .flatMap((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)];
    });
  return { words, fields };
}

/** The text of `"hello"`, or of `"x"*2000`. */
function textOf(what: string): string {
  const [, text = '', times = '1'] = /^"(.*)"(?:\*(\d+))?$/.exec(what) ?? [];
  return text.repeat(Number(times));
}

/** Content that says nothing by its length: `"x"*600`, `"The server could not be …"`. */
function shortened(line: string): string {
  const [, before = '', text = ''] = /^(<< \S+ |=> \S+ )"(.*)"$/.exec(line) ?? [];
  if (text.length <= 32) return line;
  const first = text.charAt(0);
  return text === first.repeat(text.length)
    ? `${before}"${first}"*${text.length}`
    : `${before}"${text.slice(0, 24)} …"`;
}

function listed(fields: FieldList, names: readonly string[]): string {
  const found: string[] = [];
  for (let i = 0; i < fields.length; i += 2)
    if (names.some((name) => name.toLowerCase() === fields[i]!.toLowerCase()))
      found.push(`${fields[i]}: ${fields[i + 1]}`);
  return found.length === 0 ? '' : ` [${found.join('; ')}]`;
}

function endOf({ outcome, reason, error, entryId }: ExchangeRecord): string {
  return [outcome, reason, error, entryId === undefined ? undefined : `entry ${entryId}`]
    .filter((part) => part !== undefined)
    .join(' ');
}
