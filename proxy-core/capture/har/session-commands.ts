/** The commands that open HAR files as sessions, and save sessions as HAR files. A bounded number of each at a time. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CommandError } from '../../contract/errors.ts';

import { SESSIONS_MAX, type HarWanted, type OpenedSession, type SessionCommandMap } from '../../contract/sessions.ts';
import type { Session, Sessions } from '../session.ts';
import { secretNames } from './blank.ts';
import { FileSession } from './file-session.ts';
import { Inbox } from './inbox.ts';
import { emptyReading, readHar } from './read-har.ts';
import { wordsOf } from './values.ts';
import { harBytes, harTexts } from './write-har.ts';

/** HAR files that are being saved; the oldest gives way. */
const WRITING_MAX = 4;
/** Most bytes in one answer. */
const SLICE_BYTES = 1024 * 1024;
/** Read from a disk at once. */
const READ_BYTES = 256 * 1024;
/** How often those who watch are told how far a file is read, ms. */
const TOLD_MS = 100;
const PAGE_ROWS = 5000;

export interface SessionCommandOptions {
  sessions: Sessions;
  version: string;
  /** The setting `harSecrets`. */
  secrets: () => string;
  onChange: (sessions: OpenedSession[]) => void;
}

interface Opened {
  told: OpenedSession;
  session: FileSession;
  inbox: Inbox | undefined;
  abort: AbortController;
  /** Of the reading. */
  done: Promise<void>;
  forget: () => void;
}

interface Writing {
  bytes: AsyncIterator<Uint8Array>;
  rest: Uint8Array;
  offset: number;
}

type Handlers = {
  [N in keyof SessionCommandMap]: (
    params: SessionCommandMap[N]['params'],
  ) => Promise<SessionCommandMap[N]['result']> | SessionCommandMap[N]['result'];
};

/** Which exchanges of a session are meant, oldest first. */
async function idsOf(session: Session, { q = '', ids }: HarWanted): Promise<number[]> {
  if (ids !== undefined && q === '') return ids;
  const wanted = ids && new Set(ids);
  const found: number[] = [];
  for (;;) {
    const page = { offset: found.length, limit: PAGE_ROWS };
    const { rows, total } = await (q === '' ? session.list(page) : session.search({ ...page, limit: Infinity, q }));
    found.push(...rows.map((row) => row.id));
    if (rows.length === 0 || found.length >= total) break;
  }
  return wanted === undefined ? found : found.filter((id) => wanted.has(id));
}

export class SessionCommands {
  readonly #options: SessionCommandOptions;
  readonly #opened = new Map<string, Opened>();
  readonly #writing = new Map<number, Writing>();
  #lastWriting = 0;
  #toldAt = 0;

  constructor(options: SessionCommandOptions) {
    this.#options = options;
  }

  /** What is open, as it stands. */
  state(): OpenedSession[] {
    return [...this.#opened.values()].map(({ told }) => ({ ...told }));
  }

  readonly handlers: Handlers = {
    'session.list': () => ({ sessions: this.state() }),
    'session.open': async ({ path, wait = false }) => {
      const { size, problem } = await sizeOf(path);
      if (problem !== undefined) throw new CommandError('not-found', `${path} cannot be opened: ${problem}`);
      const opened = this.#begin(basename(path), size, createReadStream(path, { highWaterMark: READ_BYTES }));
      if (!wait) return { ...opened.told };
      await opened.done;
      if (opened.told.state === 'failed') {
        this.#close(opened);
        throw new CommandError('bad-params', `${path} cannot be opened: ${opened.told.problem}`);
      }
      return { ...opened.told };
    },
    'session.create': ({ name, size = 0 }) => {
      const inbox = new Inbox();
      return { ...this.#begin(name, size, inbox, inbox).told };
    },
    'session.write': async ({ id, data, done = false }) => {
      const opened = this.#get(id);
      if (opened.inbox === undefined) throw new CommandError('conflict', `session ${id} is not sent piece by piece`);
      const bytes = Buffer.from(data, 'base64');
      try {
        if (bytes.length > 0) await opened.inbox.give(bytes);
      } catch (error) {
        throw new CommandError('conflict', `${opened.told.name} is not read any further: ${wordsOf(error)}`);
      }
      if (done) opened.inbox.end();
      return { bytes: bytes.length };
    },
    'session.close': ({ id }) => {
      const opened = this.#opened.get(id);
      if (opened !== undefined) this.#close(opened);
      return { closed: opened !== undefined };
    },
    'har.begin': async ({ session, ...wanted }) => {
      const asked = this.#options.sessions.get(session);
      const ids = await idsOf(asked, wanted);
      const { version, secrets } = this.#options;
      const blank = wanted.blank === true ? secretNames(secrets()) : undefined;
      const bytes = harBytes(harTexts(asked, ids, { version, blank }), wanted.gzip === true);
      while (this.#writing.size >= WRITING_MAX) this.#end(this.#writing.keys().next().value!);
      const id = ++this.#lastWriting;
      this.#writing.set(id, { bytes: bytes[Symbol.asyncIterator](), rest: new Uint8Array(), offset: 0 });
      return { id, exchanges: ids.length };
    },
    'har.read': async ({ id }) => {
      const writing = this.#writing.get(id);
      if (writing === undefined) throw new CommandError('gone', `the HAR file ${id} is not being saved any more`);
      const parts: Uint8Array[] = [writing.rest];
      let size = writing.rest.length;
      while (size < SLICE_BYTES) {
        const next = await writing.bytes.next();
        if (next.done === true) break;
        parts.push(next.value);
        size += next.value.length;
      }
      const all = Buffer.concat(parts);
      const bytes = all.subarray(0, SLICE_BYTES);
      writing.rest = all.subarray(SLICE_BYTES);
      const { offset } = writing;
      writing.offset += bytes.length;
      if (bytes.length === 0) this.#end(id);
      return { meta: { offset, total: writing.offset + writing.rest.length }, bytes };
    },
    'har.end': ({ id }) => ({ ended: this.#end(id) }),
  };

  /** Lets go of all. */
  stop(): void {
    for (const opened of this.#opened.values()) this.#close(opened);
    for (const id of this.#writing.keys()) this.#end(id);
  }

  #get(id: string): Opened {
    const opened = this.#opened.get(id);
    if (opened === undefined) throw new CommandError('gone', `session ${id} is not open`);
    return opened;
  }

  #begin(name: string, size: number, bytes: AsyncIterable<Uint8Array>, inbox?: Inbox): Opened {
    if (this.#opened.size >= SESSIONS_MAX)
      throw new CommandError('conflict', `${SESSIONS_MAX} sessions are open already`, 'Close one of them first.');
    const session = new FileSession(randomBytes(6).toString('hex'));
    const told: OpenedSession = { id: session.id, name, state: 'reading', size, reading: emptyReading() };
    const abort = new AbortController();
    const opened: Opened = {
      told,
      session,
      inbox,
      abort,
      done: Promise.resolve(),
      forget: this.#options.sessions.add(session),
    };
    this.#opened.set(session.id, opened);
    opened.done = this.#read(opened, bytes);
    this.#tell(true);
    return opened;
  }

  async #read({ told, session, inbox, abort: { signal } }: Opened, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      told.reading = await readHar(bytes, session, {
        signal,
        told: (reading) => {
          told.reading = { ...reading, leftOut: { ...reading.leftOut } };
          this.#tell(false);
        },
      });
      told.state = 'ready';
    } catch (error) {
      told.state = 'failed';
      told.problem = wordsOf(error);
    }
    inbox?.close(new Error(told.problem ?? 'all of it is read'));
    if (!signal.aborted) this.#tell(true);
  }

  #close(opened: Opened): void {
    if (!this.#opened.delete(opened.session.id)) return;
    opened.abort.abort(new Error('it was closed'));
    opened.inbox?.close(new Error('it was closed'));
    opened.forget();
    // The reader may be in the middle of writing.
    void opened.done.then(() => opened.session.close());
    this.#tell(true);
  }

  #end(id: number): boolean {
    const writing = this.#writing.get(id);
    void writing?.bytes.return?.().catch(() => undefined);
    return this.#writing.delete(id);
  }

  #tell(now: boolean): void {
    const at = performance.now();
    if (!now && at - this.#toldAt < TOLD_MS) return;
    this.#toldAt = at;
    this.#options.onChange(this.state());
  }
}

async function sizeOf(path: string): Promise<{ size: number; problem?: string }> {
  try {
    const found = await stat(path);
    return found.isFile() ? { size: found.size } : { size: 0, problem: 'it is no file' };
  } catch (error) {
    return { size: 0, problem: wordsOf(error) };
  }
}
