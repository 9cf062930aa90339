/** Sessions out of files: what is told of one that is open, or being read; and what a HAR file is made of when one is saved. */
import { Fields, wholeOf } from './rules/value-checks.ts';

/** How far a HAR file was read. */
export interface HarReading {
  /** Of the file, as it lies on disk. */
  bytes: number;
  exchanges: number;
  /** Entries that are no exchange, that are larger than is read, and for which there was no room. */
  leftOut: { malformed: number; tooLarge: number; noRoom: number };
  /** The file ends before it should, or is damaged from some place on: it was read up to there. */
  isCut: boolean;
  /** What was wrong first, in words. */
  problem?: string;
  /** Who wrote it: `WebInspector 537.36`. */
  creator?: string;
  /** Of HAR: `1.2`. */
  version?: string;
}

/** A session that was opened out of a file. */
export interface OpenedSession {
  /** As commands name it. */
  id: string;
  /** Of the file. */
  name: string;
  /** `reading` until all of it is read; it can be looked at meanwhile. */
  state: 'reading' | 'ready' | 'failed';
  /** Of the file, bytes; 0 when that is not known. */
  size: number;
  reading: HarReading;
  /** Why it failed. */
  problem?: string;
}

/** Sessions that can be open at a time. */
export const SESSIONS_MAX = 4;
/** Content of one `session.write`, bytes: in base64 it fits into a message of any channel. */
export const SESSION_CHUNK_BYTES = 1024 * 1024;

/** Which exchanges are saved, and how. */
export interface HarWanted {
  /** A line of the filter language (docs/filter.md). */
  q?: string;
  /** Only these. */
  ids?: number[];
  /** Cookies, credentials and what the setting `harSecrets` names come out as asterisks. */
  blank?: boolean;
  gzip?: boolean;
}

export interface SessionCommandMap {
  'session.list': { params: Record<string, never>; result: { sessions: OpenedSession[] } };
  /** Opens a HAR file of the machine the core runs on; `wait`: answers when all of it is read, or says why not. */
  'session.open': { params: { path: string; wait?: boolean }; result: OpenedSession };
  /** Opens a HAR file that the caller sends with `session.write`; `size` is only told again. */
  'session.create': { params: { name: string; size?: number }; result: OpenedSession };
  /** The next bytes of it, in base64; answers when they are taken. `done` says that these are the last ones. */
  'session.write': { params: { id: string; data: string; done?: boolean }; result: { bytes: number } };
  /** Lets go of it, or ends the reading of it. */
  'session.close': { params: { id: string }; result: { closed: boolean } };
  /** Begins a HAR file of captured exchanges; `exchanges` of them are meant, its bytes come with `har.read`. */
  'har.begin': { params: HarWanted & { session?: string }; result: { id: number; exchanges: number } };
  /** The next bytes of it; none at its end. */
  'har.read': { params: { id: number }; result: { meta: { offset: number; total: number }; bytes: Uint8Array } };
  'har.end': { params: { id: number }; result: { ended: boolean } };
}

/** Ids in one `har.begin`. */
const IDS_MAX = 1_000_000;
const PATH_MAX = 4096;

const flagOf = (fields: Fields, name: string): boolean | undefined => fields.optional(name, (key) => fields.flag(key));
const idOf = (fields: Fields): string => fields.text('id', 1, 64);
const wholeId = (raw: unknown): { id: number } => ({
  id: new Fields(raw, 'an object').read('id', wholeOf(1, Number.MAX_SAFE_INTEGER)),
});
/** Only what is given. */
const given = <T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };

function idsOf(fields: Fields): number[] | undefined {
  return fields.optional('ids', (key) =>
    fields.list(key, IDS_MAX).map((id) => wholeOf(1, Number.MAX_SAFE_INTEGER)(id, key)),
  );
}

/** Turns what came over a wire into parameters; throws `Wrong`. */
export const SESSION_PARSERS: {
  [N in keyof SessionCommandMap]: (raw: unknown) => SessionCommandMap[N]['params'];
} = {
  'session.list': () => ({}),
  'session.open': (raw) => {
    const fields = new Fields(raw, 'an object');
    const wait = flagOf(fields, 'wait');
    return { path: fields.text('path', 1, PATH_MAX), ...(wait !== undefined && { wait }) };
  },
  'session.create': (raw) => {
    const fields = new Fields(raw, 'an object');
    const size = fields.optional('size', (key) => fields.read(key, wholeOf(0, Number.MAX_SAFE_INTEGER)));
    return { name: fields.text('name', 1, 300), ...(size !== undefined && { size }) };
  },
  'session.write': (raw) => {
    const fields = new Fields(raw, 'an object');
    const done = flagOf(fields, 'done');
    const data = fields.text('data', 0, Math.ceil(SESSION_CHUNK_BYTES / 3) * 4);
    return { id: idOf(fields), data, ...(done !== undefined && { done }) };
  },
  'session.close': (raw) => ({ id: idOf(new Fields(raw, 'an object')) }),
  'har.begin': (raw) => {
    const fields = new Fields(raw ?? {}, 'an object');
    const [q, session] = [
      fields.optional('q', (key) => fields.text(key, 0, 65_536)),
      fields.optional('session', (key) => fields.text(key, 0, 64)),
    ];
    return given({ q, session, ids: idsOf(fields), blank: flagOf(fields, 'blank'), gzip: flagOf(fields, 'gzip') });
  },
  'har.read': wholeId,
  'har.end': wholeId,
};
