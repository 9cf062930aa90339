/** Map local: a file of this machine as the answer, with validators and ranges as a server of files has them. */
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { captureGlob } from '../contract/rules/capture-glob.ts';
import { ifRangeHolds, isConditional, isNotModified } from '../http/conditionals.ts';
import { formatHttpDate } from '../http/dates.ts';
import { getCombined, type FieldList } from '../http/fields.ts';
import { sameHead } from '../http/head.ts';
import { formatContentRange, parseRange } from '../http/ranges.ts';
import type { StageReply } from '../net/exchange/stages.ts';
import { fileType } from './file-type.ts';

/** Largest file, or part of one, that is answered with, bytes: it is held in memory. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;
const INDEX = 'index.html';

/** What is asked for, as far as files mind. */
export interface FileRequest {
  readonly method: string;
  readonly url: string;
  readonly fields: FieldList;
}

/**
 * The answer with the file at `root`, or with the one in the folder `root` that the URL names: by what the last `*` of
 * `from` matched, or by its whole path. Nothing outside the folder is ever given. 404 for what is not there, 403 for what
 * may not be read, 413 for more than {@link MAX_FILE_BYTES}.
 */
export async function answerWithFile(
  root: string,
  from: string | undefined,
  request: FileRequest,
  nowMs: number,
): Promise<StageReply> {
  const found = await locate(root, from, request.url);
  if (typeof found === 'number') return refusal(found, root);
  let file: FileHandle | undefined;
  try {
    file = await open(found, 'r');
    return await answer(file, found, request, nowMs);
  } catch (error) {
    return refusal(statusOf(error), root);
  } finally {
    await file?.close();
  }
}

/** The file's path, or the status of the refusal. */
async function locate(root: string, from: string | undefined, url: string): Promise<string | number> {
  try {
    const base = await realpath(root);
    if (!(await stat(base)).isDirectory()) return base;
    const named = nameIn(from, url);
    if (named === undefined) return 404;
    let found = await realpath(path.join(base, named));
    if ((await stat(found)).isDirectory()) found = await realpath(path.join(found, INDEX));
    // Behind links too: what is asked for is a stranger's choice.
    return found.startsWith(base.endsWith(path.sep) ? base : base + path.sep) ? found : 404;
  } catch (error) {
    return statusOf(error);
  }
}

/** The path below the folder; undefined for one that no file can have. */
function nameIn(from: string | undefined, url: string): string | undefined {
  const captured = from === undefined ? undefined : captureGlob(from, url)?.at(-1);
  const text = captured ?? new URL(url).pathname;
  const end = text.search(/[?#]/);
  try {
    const name = decodeURIComponent(end < 0 ? text : text.slice(0, end));
    return name.includes('\0') ? undefined : name;
  } catch {
    return undefined;
  }
}

const NOT_THERE = new Set<unknown>(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG', 'ELOOP']);
const FORBIDDEN = new Set<unknown>(['EACCES', 'EPERM']);

function statusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return FORBIDDEN.has(code) ? 403 : NOT_THERE.has(code) ? 404 : 500;
}

const WORDS: Readonly<Record<number, string>> = {
  403: 'may not be read',
  404: 'has no such file',
  413: `has a file there of more than ${MAX_FILE_BYTES / 1024 / 1024} MiB`,
  500: 'could not be read',
};

function refusal(status: number, root: string): StageReply {
  return {
    status,
    fields: ['Content-Type', 'text/plain; charset=utf-8', 'Cache-Control', 'no-store'],
    body: Buffer.from(`Map local: ${root} ${WORDS[status] ?? 'could not be read'}.\n`),
  };
}

async function answer(file: FileHandle, name: string, request: FileRequest, nowMs: number): Promise<StageReply> {
  const { size, mtimeMs, ino } = await file.stat();
  const etag = `"${ino.toString(36)}-${size.toString(36)}-${Math.trunc(mtimeMs).toString(36)}"`;
  const lastModified = formatHttpDate(mtimeMs);
  const validators = { etag, lastModified, dateMs: nowMs };
  const common = ['ETag', etag, 'Last-Modified', lastModified, 'Accept-Ranges', 'bytes'];
  const head = sameHead(request.fields, undefined);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (isRead && isConditional(head) && isNotModified(head, validators, nowMs)) return { status: 304, fields: common };
  const type = fileType(name);
  const range =
    request.method === 'GET' && ifRangeHolds(head, validators)
      ? parseRange(getCombined(request.fields, 'range'), size)
      : ({ kind: 'whole' } as const);
  if (range.kind === 'unsatisfiable')
    return { status: 416, fields: ['Content-Range', `bytes */${size}`, 'Cache-Control', 'no-store'] };
  // Of several parts a server may send the whole (RFC 9110 §14.2).
  const span = range.kind === 'spans' && range.spans.length === 1 ? range.spans[0] : undefined;
  const [first, length] = span === undefined ? [0, size] : [span.first, span.last - span.first + 1];
  if (length > MAX_FILE_BYTES) return refusal(413, name);
  // For HEAD too: its length is told, and it is not sent.
  const body = await read(file, first, length);
  if (span === undefined) return { status: 200, fields: ['Content-Type', type, ...common], body };
  return {
    status: 206,
    fields: ['Content-Type', type, 'Content-Range', formatContentRange(span, size), ...common],
    body,
  };
}

/** So many bytes from there on; fewer where the file has become shorter. */
async function read(file: FileHandle, from: number, length: number): Promise<Uint8Array> {
  const into = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(into, done, length - done, from + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return into.subarray(0, done);
}
