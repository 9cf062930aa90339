/** Makes a scenario while it is played: what may come next depends on what is open. */
import type { Chance } from './chance.ts';
import { valueOf, type Answered } from './fields.ts';
import { FAILURES } from './judging.ts';
import type { Play } from './play.ts';
import { dated, randomPart, randomRequest, randomTemplate, URLS } from './random-messages.ts';
import { STANDARD, type Named, type Step } from './steps.ts';
import type { Settings } from './settings.ts';

type Open = Play['calls'][number];
type Whole = Answered & { content: string };

const WAITS = [1, 1, 2, 4, 5, 6, 9, 10, 11, 29, 31, 59, 60, 61, 119, 600, 3600, 86_400];

export function randomSettings(chance: Chance): Settings {
  return {
    ...STANDARD,
    mode: chance.weighed([
      [88, 'standard'],
      [9, 'fixed-ttl'],
      [3, 'off'],
    ]),
    ttlSeconds: chance.one([60, 60, 0, 600]),
    maxBodyBytes: chance.weighed([
      [60, 1000],
      [35, 100],
      [5, 0],
    ]),
    ignoreClientControl: chance.is(0.15),
    cdnCacheControl: chance.is(0.15),
    capacity: chance.is(0.06) ? chance.one([1, 2, 3]) : STANDARD.capacity,
    finishAbandonedBytes: chance.is(0.3) ? 1000 : 0,
  };
}

export class Script {
  readonly steps: Step[] = [];
  readonly #chance: Chance;
  readonly #play: Play;
  readonly #templates = new Map<string, Whole>();
  readonly #seen = { etags: ['"v1"', 'W/"v2"'], dates: [] as string[] };
  /** What is still to be sent of answers that have begun. */
  readonly #rest = new Map<Open, string>();
  #n = 0;

  constructor(chance: Chance, play: Play) {
    this.#chance = chance;
    this.#play = play;
  }

  /** Plays so many requests, and answers what is still open at the end. */
  async run(requests: number): Promise<void> {
    while (this.#n < requests) await this.#next();
    for (let open = this.#open()[0]; open !== undefined; open = this.#open()[0])
      if (open.stage === 'asked') await this.#answer(open, true);
      else await this.#goOn(open, true);
    this.#play.finish();
  }

  async #take(step: Step): Promise<void> {
    if (await this.#play.play(step)) this.steps.push(step);
  }

  #open(): Open[] {
    return this.#play.calls.filter(({ stage, call }) => stage !== 'over' && !call.isAborted);
  }

  async #next(): Promise<void> {
    const chance = this.#chance;
    const open = this.#open();
    if (open.length > 0 && chance.is(0.72)) {
      const one = chance.one(open);
      await (one.stage === 'asked' ? this.#answer(one, chance.is(0.8)) : this.#goOn(one, chance.is(0.7)));
      return;
    }
    const waiting = [...this.#play.replies].filter(([, reply]) => reply.over === undefined).map(([n]) => n);
    if (waiting.length > 0 && chance.is(0.06)) return this.#take({ do: 'leave', n: chance.one(waiting) });
    if (chance.is(0.35)) return this.#take({ do: 'wait', ms: chance.is(0.1) ? 500 : chance.one(WAITS) * 1000 });
    if (chance.is(0.03)) return this.#take({ do: 'purge', url: chance.one(URLS) });
    const asked = randomRequest(chance, ++this.#n, this.#play.nowMs, this.#seen);
    const last = this.steps.findLast((step) => step.do === 'ask');
    // The same once more, while the first is under way or soon after: that is what caches are for.
    const again = last !== undefined && chance.is(0.45);
    return this.#take({ do: 'ask', asked: again ? { ...asked, url: last.asked.url } : asked });
  }

  #template(url: string): Whole {
    const chance = this.#chance;
    let template = this.#templates.get(url);
    if (template === undefined || chance.is(0.12)) {
      template = randomTemplate(chance, this.#play.nowMs);
      this.#templates.set(url, template);
      const [etag, modified] = [valueOf(template.fields, 'etag'), valueOf(template.fields, 'last-modified')];
      if (etag !== undefined) this.#seen.etags.push(etag);
      if (modified !== undefined) this.#seen.dates.push(modified);
    }
    return template;
  }

  /** What the origin answers this time. */
  #reply({ call }: Open): Whole | string {
    const chance = this.#chance;
    const { request } = call;
    const url = request.origin + request.path;
    if (chance.is(0.06)) return chance.one(Object.keys(FAILURES));
    if (chance.is(0.07))
      return {
        status: chance.one([500, 502, 503, 504, 501]),
        fields: chance.is(0.2) ? ['Cache-Control', 'max-age=5'] : [],
        content: 'sorry',
      };
    const before = this.#templates.get(url);
    const conditional = ['if-none-match', 'if-modified-since'].some(
      (name) => valueOf(request.fields, name) !== undefined,
    );
    if (conditional && before !== undefined && chance.is(0.5)) return this.#notModified(before);
    const whole = this.#template(url);
    const changed = chance.is(0.1) ? { ...whole, content: [...whole.content].reverse().join('') } : whole;
    const part = chance.is(0.8) ? randomPart(chance, request.fields, changed) : undefined;
    if (request.method === 'GET' || request.method === 'HEAD') return part ?? changed;
    const where = chance.is(0.3)
      ? [chance.one(['Location', 'Content-Location']), chance.one([...URLS, '/a', 'http://b.test/a'])]
      : [];
    const own = request.method === 'POST' && chance.is(0.3) ? ['Content-Location', url] : where;
    return { ...changed, fields: [...changed.fields, ...own] };
  }

  #notModified(before: Whole): Whole {
    const chance = this.#chance;
    const names = ['etag', 'last-modified', 'cache-control', 'expires', 'vary', 'set-cookie'];
    const fields: string[] = [];
    for (let i = 0; i < before.fields.length; i += 2)
      if (names.includes(before.fields[i]!.toLowerCase()) && chance.is(0.7))
        fields.push(before.fields[i]!, before.fields[i + 1]!);
    if (chance.is(0.08)) return { status: 304, fields: ['ETag', chance.one(['"v1"', '"v2"', '"v9"'])], content: '' };
    return { status: 304, fields, content: '' };
  }

  /** The head, and mostly all of the content at once. */
  async #answer(open: Open, whole: boolean): Promise<void> {
    const chance = this.#chance;
    const call: Named = open.name;
    const reply = this.#reply(open);
    if (typeof reply === 'string') return this.#take({ do: 'break', call, code: reply });
    const { status, content } = reply;
    const bare = status === 304 || status === 204 || open.call.request.method === 'HEAD';
    const length = bare && open.call.request.method !== 'HEAD' ? [] : ['Content-Length', String(content.length)];
    const fields = dated(chance, [...reply.fields, ...(chance.is(0.7) ? length : [])], this.#play.nowMs);
    this.#rest.set(open, bare ? '' : content);
    await this.#take({ do: 'head', call, status, fields });
    if (whole) await this.#goOn(open, true);
  }

  /** The content, or a part of it, and the end. */
  async #goOn(open: Open, whole: boolean): Promise<void> {
    const call: Named = open.name;
    const rest = this.#rest.get(open) ?? '';
    const now = whole ? rest : rest.slice(0, Math.ceil(rest.length / 2));
    this.#rest.set(open, rest.slice(now.length));
    if (now !== '') await this.#take({ do: 'data', call, text: now });
    if (!whole && this.#chance.is(0.15)) await this.#take({ do: 'break', call, code: 'ECONNRESET' });
    else if (rest.length === now.length) await this.#take({ do: 'end', call });
  }
}
