/**
 * Requests made up by a person, or captured and sent again: each goes the way of any client's, past stages, cache and
 * origin, and is captured like one. A run is one request sent once or several times; the newest runs are remembered.
 */
import type { CommandName, CommandParams, CommandResult } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import {
  COMPOSE_LIMITS,
  type CacheUse,
  type ComposedFromExchange,
  type ComposedRequest,
  type ComposeRun,
  type SendOptions,
  type SentExchange,
} from '../contract/compose/composed.ts';
import { readCurl } from '../contract/compose/read-curl.ts';
import type { ExchangeDetail, ExchangeRow } from '../contract/exchange.ts';
import { parseTarget } from '../http/target.ts';
import type { ClientRequest } from '../net/front/front.ts';
import { contentOf, type Content } from './content.ts';
import { OwnRequest } from './own-request.ts';

/** Address that stands for this program where that of a client would. */
const CLIENT = 'compose';
/** Content of remembered requests together, characters. */
const REMEMBERED_CONTENT = 8 * 1024 * 1024;

export interface ComposeDeps {
  /** Core time, ms. */
  readonly now: () => number;
  /** What to add to it for the time of day, ms. */
  readonly wallOffsetMs: () => number;
  /** Sends a request through the proxy; answers the number of its exchange. */
  readonly send: (request: ClientRequest) => number;
  /** What is captured of an exchange; undefined when it is not, or not any more. */
  readonly rowOf: (id: number) => ExchangeRow | undefined;
  readonly detailOf: (id: number, session: string | undefined) => Promise<ExchangeDetail>;
  /** A whole captured request body; undefined when not all of it is there. */
  readonly bodyOf: (id: number, session: string | undefined) => Promise<Uint8Array | undefined>;
}

type ComposeCommand = Extract<CommandName, `compose.${string}`>;
export type ComposeHandlers = {
  [N in ComposeCommand]: (params: CommandParams<N>) => CommandResult<N> | Promise<CommandResult<N>>;
};

export interface Compose {
  readonly handlers: ComposeHandlers;
  /** Ends what is under way. */
  stop(): void;
}

export function createCompose(deps: ComposeDeps): Compose {
  const runs: Run[] = [];
  let lastId = 0;
  const find = (id: number): Run => {
    const run = runs.find((one) => one.id === id);
    if (run === undefined)
      throw new CommandError('not-found', `run ${id} is not remembered`, `The newest ${COMPOSE_LIMITS.runs} are.`);
    return run;
  };
  const remember = (run: Run): void => {
    runs.push(run);
    // One that is under way goes last: its exchanges could not be stopped any more.
    while (runs.length > COMPOSE_LIMITS.runs) {
      const over = runs.findIndex((one) => one.isOver);
      runs.splice(over < 0 ? 0 : over, 1)[0]!.stop();
    }
    let room = REMEMBERED_CONTENT;
    for (let i = runs.length - 1; i >= 0; i--) {
      room -= contentLength(runs[i]!.request);
      if (room < 0) runs[i]!.cut();
    }
  };
  return {
    stop: () => {
      for (const run of runs) run.stop();
    },
    handlers: {
      'compose.send': async (options) => {
        const { request } = options;
        const target = parseTarget(request.url);
        if (!target.ok) throw new CommandError('bad-params', target.problem);
        const content = request.body === undefined ? undefined : await contentOf(request.body);
        const run = new Run(++lastId, deps, options, content);
        remember(run);
        run.begin();
        await run.ended(options.waitMs);
        return run.told();
      },
      'compose.runs': () => ({ runs: runs.map((run) => run.told()) }),
      'compose.run': async ({ id, waitMs }) => {
        const run = find(id);
        await run.ended(waitMs ?? 0);
        return run.told();
      },
      'compose.stop': ({ id }) => {
        const run = find(id);
        run.stop();
        return run.told();
      },
      'compose.curl': ({ text }) => readCurl(text),
      'compose.fromExchange': async ({ id, session }) => {
        const detail = await deps.detailOf(id, session);
        return fromExchange(detail, detail.requestBody.bytes === 0 ? undefined : await deps.bodyOf(id, session));
      },
    },
  };
}

interface Going {
  readonly id: number;
  readonly request: OwnRequest;
  readonly beganMs: number;
}

class Run {
  readonly id: number;
  request: ComposedRequest;
  readonly #deps: ComposeDeps;
  readonly #options: SendOptions;
  readonly #content: Content | undefined;
  readonly #atMs: number;
  readonly #going = new Map<number, Going>();
  readonly #sent: SentExchange[] = [];
  #isCut = false;
  #isStopped = false;
  #begun = 0;
  #waiting: (() => void)[] = [];

  constructor(id: number, deps: ComposeDeps, options: SendOptions, content: Content | undefined) {
    this.id = id;
    this.#deps = deps;
    this.#options = options;
    this.#content = content;
    this.request = options.request;
    this.#atMs = Math.round(deps.now() + deps.wallOffsetMs());
  }

  get isOver(): boolean {
    return this.#going.size === 0 && (this.#isStopped || this.#begun >= this.#options.times);
  }

  begin(): void {
    if (!this.#options.together) this.#next();
    else while (this.#begun < this.#options.times && !this.#isStopped) this.#next();
  }

  #next(): void {
    const { method, url, fields } = this.request;
    this.#begun++;
    const beganMs = this.#deps.now();
    let id = 0;
    const request: OwnRequest = new OwnRequest({
      method,
      url,
      fields: sentFields(fields, this.#options.cache, this.#content, new URL(url).host),
      body: this.#content?.open,
      chosen: this.#options.cache === 'use' ? undefined : this.#options.cache,
      client: CLIENT,
      ended: (end) => this.#ended(id, end === 'complete'),
    });
    // The end is told later, never within.
    id = this.#deps.send(request);
    this.#going.set(id, { id, request, beganMs });
  }

  #ended(id: number, isWhole: boolean): void {
    const going = this.#going.get(id);
    if (going === undefined) return;
    this.#going.delete(id);
    this.#sent.push(this.#tell(going, isWhole ? 'done' : this.#isStopped ? 'stopped' : 'failed'));
    if (!this.#isStopped && !this.#options.together && this.#begun < this.#options.times) this.#next();
    if (!this.isOver) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #tell({ id, request, beganMs }: Going, state: SentExchange['state']): SentExchange {
    const row = this.#deps.rowOf(id);
    const { status, bytes } = request.reply;
    return {
      id,
      state: row?.error !== undefined && state === 'done' ? 'failed' : state,
      ...(status !== undefined && { status }),
      ...(row?.outcome !== undefined && { outcome: row.outcome }),
      ...(row?.collapsed === true && { collapsed: true }),
      durationMs: row?.durationMs ?? Math.max(0, this.#deps.now() - beganMs),
      bytes,
      ...(row?.error !== undefined && { problem: row.error }),
    };
  }

  /** Resolves when all is over, or after `waitMs`. */
  ended(waitMs: number): Promise<void> {
    if (this.isOver || waitMs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs).unref();
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  stop(): void {
    this.#isStopped = true;
    for (const { request } of this.#going.values()) request.reply.destroy();
  }

  /** Lets the content go. */
  cut(): void {
    if (this.request.body === undefined) return;
    const { body: _, ...rest } = this.request;
    this.request = rest;
    this.#isCut = true;
  }

  told(): ComposeRun {
    const { cache, times, together } = this.#options;
    const going = [...this.#going.values()].map((one) => this.#tell(one, 'going'));
    return {
      id: this.id,
      atMs: this.#atMs,
      request: this.request,
      ...(this.#isCut && { isCut: true }),
      cache,
      times,
      together,
      isOver: this.isOver,
      sent: [...this.#sent, ...going].sort((a, b) => a.id - b.id),
    };
  }
}

/** Characters of content that a request holds. */
function contentLength({ body }: ComposedRequest): number {
  switch (body?.kind) {
    case 'text':
      return body.text.length;
    case 'base64':
      return body.base64.length;
    case 'multipart':
      return body.parts.reduce((sum, { text, base64 }) => sum + (text ?? base64 ?? '').length, 0);
    case 'form':
      return body.fields.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
    default:
      return 0;
  }
}

const FROM_CONTENT = new Set(['host', 'content-length', 'transfer-encoding', 'expect']);

/** As they are sent: Host and framing are made here, the cache is told what was chosen. */
function sentFields(
  fields: ComposedRequest['fields'],
  cache: CacheUse,
  content: Content | undefined,
  host: string,
): string[] {
  const sent = ['Host', host];
  let hasType = false;
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (FROM_CONTENT.has(lower) || (lower === 'content-type' && content?.typeIsFixed === true)) continue;
    hasType ||= lower === 'content-type';
    sent.push(name, value);
  }
  // As a reload: caches further up are to ask, too. Past the cache is for this one alone, and nobody's to see.
  if (cache === 'refresh') sent.push('Cache-Control', 'no-cache');
  if (content !== undefined) {
    if (content.type !== undefined && !hasType) sent.push('Content-Type', content.type);
    sent.push('Content-Length', String(content.bytes));
  }
  return sent;
}

/** What belongs to the connection it came on, and what is made anew. */
const OF_CONNECTION = new Set([
  ...FROM_CONTENT,
  'connection',
  'proxy-connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'proxy-authorization',
]);

function fromExchange(detail: ExchangeDetail, content: Uint8Array | undefined): ComposedFromExchange {
  const { row, requestFields } = detail;
  if (row.kind !== 'http')
    throw new CommandError(
      'bad-params',
      `exchange ${row.id} is a ${row.kind}: only requests of HTTP can be sent again`,
    );
  const had = detail.requestBody.bytes > 0;
  const text = content === undefined ? undefined : textOf(content);
  return {
    request: {
      method: row.method,
      url: row.url,
      fields: requestFields.filter(([name]) => !OF_CONNECTION.has(name.toLowerCase()) && !name.startsWith(':')),
      ...(content !== undefined && {
        body:
          text === undefined
            ? { kind: 'base64', base64: Buffer.from(content).toString('base64') }
            : { kind: 'text', text },
      }),
    },
    ...(had && content === undefined && { missing: 'content' }),
  };
}

/** The text that is these bytes in UTF-8; undefined when there is none. */
function textOf(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return undefined;
  }
}
