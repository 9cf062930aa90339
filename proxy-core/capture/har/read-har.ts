/**
 * A HAR file read into a session while it streams by: memory stays flat, whatever its size, and everything that is left out
 * is counted. A file that is cut off, or damaged further on, opens up to there.
 */
import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HarReading } from '../../contract/sessions.ts';

import type { FileSession } from './file-session.ts';
import { creatorOf, readEntry } from './read-entry.ts';
import { wordsOf } from './values.ts';
import { HarDamage, HarSplitter, type HarPiece } from './split.ts';

/** Entries read before others have their turn. */
const TURN_MS = 8;
/** How much gzip may unfold into: a few bytes can become any number. */
const UNPACKED_MAX_BYTES = 64 * 1024 * 1024 * 1024;

export interface ReadOptions {
  signal?: AbortSignal | undefined;
  /** Now and then, and at the end. */
  told?: (reading: HarReading) => void;
}

/** What is read of a file that is not begun. */
export function emptyReading(): HarReading {
  return {
    bytes: 0,
    exchanges: 0,
    leftOut: { malformed: 0, tooLarge: 0, noRoom: 0 },
    isCut: false,
  };
}

/** As it is, or unpacked where it begins as gzip does. */
async function* plain(bytes: AsyncIterable<Uint8Array>, counted: (length: number) => void): AsyncGenerator<Uint8Array> {
  const source = bytes[Symbol.asyncIterator]();
  const first = await source.next();
  if (first.done === true) return;
  async function* again(head: Uint8Array): AsyncGenerator<Uint8Array> {
    counted(head.length);
    yield head;
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      counted(next.value.length);
      yield next.value;
    }
  }
  const isPacked = first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isPacked) {
    yield* again(first.value);
    return;
  }
  let size = 0;
  const unpacked = pipeline(Readable.from(again(first.value)), createGunzip(), () => undefined);
  for await (const chunk of unpacked as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > UNPACKED_MAX_BYTES) throw new Error('it unfolds into more than 64 GiB');
    yield chunk;
  }
}

/**
 * Reads all of it. Resolves with what was read and what was not, also when the file is damaged; rejects when it is no HAR
 * file, was cancelled (AbortError), or the disk has no room.
 */
export async function readHar(
  bytes: AsyncIterable<Uint8Array>,
  into: FileSession,
  { signal, told }: ReadOptions = {},
): Promise<HarReading> {
  const reading = emptyReading();
  const { leftOut } = reading;
  const splitter = new HarSplitter();
  let previousMs = 0;
  const malformed = (problem: string): void => {
    leftOut.malformed++;
    reading.problem ??= problem;
  };
  const take = (piece: HarPiece): void => {
    switch (piece.kind) {
      case 'member': {
        const value = parsed(piece.bytes);
        if (piece.name === 'creator' || piece.name === 'browser') {
          const creator = creatorOf(value);
          if (creator !== undefined && (piece.name === 'creator' || reading.creator === undefined))
            reading.creator = creator;
        } else if (piece.name === 'version' && typeof value === 'string') reading.version = value.slice(0, 20);
        return;
      }
      case 'too-large':
        leftOut.tooLarge++;
        return;
      case 'too-deep':
        malformed('an entry is nested deeper than 64 levels');
        return;
      case 'entry': {
        if (!into.hasRoom) {
          leftOut.noRoom++;
          return;
        }
        try {
          const entry = readEntry(JSON.parse(new TextDecoder().decode(piece.bytes)), into.nextId, previousMs);
          previousMs = entry.record.startedAtMs;
          into.add(entry);
          reading.exchanges = into.size;
        } catch (error) {
          malformed(wordsOf(error));
        }
      }
    }
  };
  let turnedAt = performance.now();
  try {
    for await (const chunk of plain(bytes, (length) => (reading.bytes += length))) {
      signal?.throwIfAborted();
      // Smaller pieces than a disk gives: each is parsed in one go, and the proxy has its turn between them.
      for (let at = 0; at < chunk.length; at += 64 * 1024) {
        splitter.push(chunk.subarray(at, at + 64 * 1024), take);
        if (performance.now() - turnedAt < TURN_MS) continue;
        await into.written();
        told?.(reading);
        await nextTurn();
        signal?.throwIfAborted();
        turnedAt = performance.now();
      }
      await into.written();
    }
    if (!splitter.isWhole) reading.isCut = true;
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof HarDamage) && !isPackingError(error)) throw error;
    if (!splitter.hasEntries) throw new Error(`this is no HAR file: ${wordsOf(error)}`, { cause: error });
    reading.isCut = true;
    reading.problem ??= error instanceof HarDamage ? `${error.message} (at byte ${error.at})` : wordsOf(error);
  }
  if (!splitter.hasEntries) throw new Error('this is no HAR file: it has no log.entries');
  if (splitter.isInEntry) leftOut.malformed++;
  await into.written(true);
  told?.(reading);
  return reading;
}

/** What zlib says of a stream that is cut off or damaged. */
function isPackingError(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    (error.code.startsWith('Z_') || error.code === 'ERR_STREAM_PREMATURE_CLOSE')
  );
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
