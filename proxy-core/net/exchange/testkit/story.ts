/**
 * Stories: the driver between a scripted front and an origin that is data, without a socket or a real clock. A story is
 * script and expectation in one text. Lines of `>>` and `<=` and `--` are carried out, and what comes of them is written
 * in between; the whole must come out as it stands.
 *
 *     >> 1 GET /a [Cookie: x]          client 1 asks           >> 1 "part", >> 1 end        content it sends
 *     => A GET /a [If-None-Match: "v"] the origin is asked     >> 1 (gone), (stalled), (stops reading), (reads on)
 *     <= A 200 [ETag: "v"]             it answers              <= A "part", <= A end, <= A (broken), <= A 103 [Link: x]
 *     << 1 200 MISS                    client 1 gets a head    << 1 "part", << 1 end, << 1 (broken)
 *     .. 1 MISS uri-miss               how its record ends     -- 30 s, -- purge /a, -- commit fails
 *     ?? 1 origin-request GET /a       a stage waits           -- origin-request passes, changes /b [X: y], answers 203, drops, fails
 *     !! a fetch: planResponse failed  what was reported       <= A (ECONNREFUSED) or another code the connection broke with
 */
import { PassThrough } from 'node:stream';
import { vi } from 'vitest';
import type { CacheEngine } from '../../../cache/plan.ts';
import type { ExchangeRecord } from '../../../capture/record.ts';
import type { ExchangeDetail, StageName } from '../../../contract/exchange.ts';
import type { FieldList } from '../../../http/fields.ts';
import type { ScriptedReply } from '../../front/testkit/scripted-front.ts';
import type { OriginRequest, OriginSink } from '../../origin/origin-client.ts';
import { ScriptedCall, scriptedOrigin } from '../../origin/testkit/scripted-origin.ts';
import type { Stages, StageView, Verdict } from '../stages.ts';
import { openDriverWorld, type WorldBounds } from './driver-world.ts';

/** The origin of all stories; paths alone are written. */
const ORIGIN = 'http://a.test';
/** Fields of a request to the origin that are part of the story. */
const ASKED_FIELDS = ['If-None-Match', 'If-Modified-Since', 'If-Range', 'Range', 'Cookie', 'Authorization', 'X-Story'];
/** Fields of a reply, interim replies and trailers that are. */
const REPLY_FIELDS = ['Age', 'Content-Range', 'Link', 'Set-Cookie', 'Warning', 'X-Story', 'X-Sum'];

/** Parts of the cache a direction can break: `-- planResponse fails`. */
const BREAKABLE = ['planRequest', 'planResponse', 'planFailure', 'commit', 'abandon', 'noteUse', 'mayShare'] as const;

const STAGES = {
  'client-request': 'clientRequest',
  'origin-request': 'originRequest',
  'origin-response': 'originResponse',
  'client-response': 'clientResponse',
} as const satisfies Record<StageName, keyof Stages>;

/** Bounds of a story that are worth another value. */
export interface StoryBounds extends WorldBounds {
  /** Stages that wait each time until a direction lets them go on. */
  later?: readonly StageName[];
}

/** A stage that waits. */
interface Waiting {
  readonly stage: StageName;
  readonly give: (verdict: Verdict<object>) => void;
  readonly fail: (error: Error) => void;
}

const TICK = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class World {
  readonly trace: string[];
  readonly #replies = new Map<string, ScriptedReply>();
  readonly #uploads = new Map<string, PassThrough>();
  readonly #calls = new Map<string, ScriptedCall>();
  readonly #waiting: Waiting[] = [];
  readonly #broken = new Set<keyof CacheEngine>();
  readonly world: ReturnType<typeof openDriverWorld>;

  constructor({ later, ...bounds }: StoryBounds) {
    const client = scriptedOrigin((request, sink) => this.#asked(request, sink));
    this.world = openDriverWorld(client, { maxBodyBytes: 1000, ...bounds }, later && this.#stages(later));
    const { engine, front, session } = this.world;
    this.trace = front.trace;
    session.onFinished(({ record }) => this.trace.push(`.. ${record.id} ${endOf(record)}`));
    for (const name of BREAKABLE) this.#makeBreakable(engine, name);
  }

  #makeBreakable<Name extends (typeof BREAKABLE)[number]>(engine: CacheEngine, name: Name): void {
    const broken = this.#broken;
    engine[name] = new Proxy(engine[name], {
      apply: (method, self, given) => {
        if (broken.has(name)) throw new Error(`${name} failed`);
        const answer: unknown = Reflect.apply(method, self, given);
        return answer;
      },
    });
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
    // After what was done about it.
    for (const fault of this.world.failed.splice(0)) this.trace.push(`!! ${fault}`);
  }

  #direct(what: string): void {
    this.trace.push(`-- ${what}`);
    const [word = '', value = ''] = what.split(' ');
    const { advance, engine, now } = this.world;
    const breakable = BREAKABLE.find((name) => name === word);
    if (value === 's') {
      advance(Number(word) * 1000);
      vi.advanceTimersByTime(Number(word) * 1000);
    } else if (word === 'purge') engine.purge({ url: ORIGIN + value }, false, now());
    else if (value === 'fails' && breakable !== undefined) this.#broken.add(breakable);
    else if (word in STAGES) this.#decide(word, what.slice(word.length + 1));
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
    const reply = this.world.front.ask(`${method} ${target.startsWith('/') ? ORIGIN + target : target}`, {
      fields: ['Host', 'a.test', ...fields],
      label: name,
      ...(body && { body }),
    });
    this.#replies.set(name, reply);
    this.trace[at] = `>> ${name} ${what}`;
    // The driver's own lines come after it; the head of a reply tells what matters of it.
  }

  #asked(request: OriginRequest, sink: OriginSink): ScriptedCall {
    const name = String.fromCharCode(65 + this.#calls.size);
    const call = new ScriptedCall(request, sink, (what) => this.trace.push(`=> ${name} ${what}`));
    this.#calls.set(name, call);
    this.trace.push(`=> ${name} ${request.method} ${request.path}${listed(request.fields, ASKED_FIELDS)}`);
    request.body?.on('data', (chunk: Buffer) => this.trace.push(`=> ${name} "${chunk.toString()}"`));
    request.body?.on('end', () => this.trace.push(`=> ${name} end`));
    request.body?.on('error', (error: NodeJS.ErrnoException) => {
      this.trace.push(`=> ${name} (broken)`);
      // As with undici: content that breaks off fails its request.
      if (!call.isAborted) call.break(error.code);
    });
    return call;
  }

  #stages(later: readonly StageName[]): Stages {
    const wait =
      (stage: StageName) =>
      (view: StageView & { method: string; url: string; status?: number }): Promise<Verdict<object>> => {
        const { exchange, method, url, status } = view;
        this.trace.push(`?? ${exchange} ${stage} ${status ?? `${method} ${url.replace(ORIGIN, '')}`}`);
        return new Promise((give, fail) => this.#waiting.push({ stage, give, fail }));
      };
    return Object.fromEntries(later.map((stage) => [STAGES[stage], wait(stage)]));
  }

  /** The one of these stages that has waited longest hears what to do. */
  #decide(name: string, what: string): void {
    const at = this.#waiting.findIndex(({ stage }) => stage === name);
    const [next] = at < 0 ? [] : this.#waiting.splice(at, 1);
    if (next === undefined) throw new Error(`no ${name} waits`);
    const { words, fields } = parse(what);
    const [verb = '', value = ''] = words;
    const given = fields.length > 0 ? { fields } : {};
    if (verb === 'passes') next.give(undefined);
    else if (verb === 'drops') next.give({ kind: 'drop' });
    else if (verb === 'fails') next.fail(new Error('out of order'));
    else if (verb === 'answers')
      next.give({ kind: 'answer', reply: { status: Number(value), fields, body: Buffer.from('own') } });
    else if (verb === 'changes')
      next.give({ kind: 'change', change: { ...given, ...(value.startsWith('/') && { url: ORIGIN + value }) } });
    else throw new Error(`a stage does not ${verb}`);
  }

  #answer(name: string, what: string): void {
    const call = this.#calls.get(name);
    if (call === undefined) throw new Error(`the origin was not asked ${name}`);
    this.trace.push(`<= ${name} ${what}`);
    const { words, fields } = parse(what);
    const status = Number(words[0]);
    if (what.startsWith('"')) call.data(textOf(what));
    else if (words[0] === 'end') call.end(fields);
    else if (what === '(broken)') call.break();
    else if (what.startsWith('(')) call.break(what.slice(1, -1));
    else if (status < 200) call.interim(status, fields);
    else call.head(status, fields);
  }

  /** Heads and trailers are told by what matters of them. */
  told(): string[] {
    const interims = new Map<string, number>();
    return this.trace.map((whole) => {
      const line = shortened(whole);
      const [, name = '', what = ''] = /^<< (\S+) (\d{3}|end)\b/.exec(line) ?? [];
      const reply = this.#replies.get(name);
      if (reply === undefined) return line;
      if (what === 'end') return line + listed(reply.trailers ?? [], REPLY_FIELDS);
      if (Number(what) < 200) {
        const nth = interims.get(name) ?? 0;
        interims.set(name, nth + 1);
        return line + listed(reply.interim[nth]?.fields ?? [], REPLY_FIELDS);
      }
      return `<< ${name} ${what} ${markOf(reply)}${listed(reply.fields, REPLY_FIELDS)}`;
    });
  }
}

/** X-Cache-Status, in doubt where Cache-Status says otherwise. */
function markOf(reply: ScriptedReply): string {
  const mark = reply.field('x-cache-status') ?? '-';
  const status = reply.field('cache-status');
  if (mark === 'STALE' || status === undefined) return mark;
  return status.startsWith('BSDM-Proxy; hit') === (mark === 'HIT') ? mark : `${mark}?`;
}

/** How far things had come when a line was played: what a slower world waits for. */
export interface Progress {
  begun: number;
  asked: number;
  /** Exchanges with a status. */
  heads: number;
  ended: number;
}

/** What is recorded of the exchanges of a story, and how far each line of it led. */
export async function recordsOf(script: string, bounds: StoryBounds = {}) {
  const world = new World(bounds);
  const progress: Progress[] = [];
  for (const line of linesOf(script)) {
    await world.play(line);
    const count = (what: RegExp): number => world.trace.filter((told) => what.test(told)).length;
    const { session } = world.world;
    const rows = [];
    for (let id = 1, detail = session.detail(id); detail !== undefined; detail = session.detail(++id))
      rows.push(detail.row);
    progress.push({
      begun: rows.length,
      asked: count(/^=> \S+ [A-Z]+ \//),
      heads: rows.filter(({ status }) => status !== undefined).length,
      ended: count(/^\.\. /),
    });
  }
  const record = (id: number): ExchangeDetail => {
    const detail = world.world.session.detail(id);
    if (detail === undefined) throw new Error(`no exchange ${id}`);
    return detail;
  };
  return { record, progress };
}

/** Plays a story; what it came to, to be compared with it, and what must be true at the end of every story. */
export async function play(story: string, bounds: StoryBounds = {}) {
  const lines = linesOf(story);
  const world = new World(bounds);
  for (const line of lines) if (/^(>>|<=|--) /.test(line)) await world.play(line);
  const { inFlight, held } = world.world;
  return { told: world.told(), lines, inFlight: inFlight(), held: held.held };
}

export function linesOf(story: string): string[] {
  return story
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `200 [Cache-Control: max-age=60; ETag: "v"]` as words and fields. */
export function parse(what: string): { words: string[]; fields: FieldList } {
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
export function textOf(what: string): string {
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
