/**
 * Looks for texts and patterns in a body as a person reads it: decompressed, in its charset. Bounded in bytes, whatever a
 * body expands to, and gives way to everything else every few milliseconds.
 */
import { promises } from 'node:timers';
import type { Reading } from '../contract/filter/terms.ts';
import { mediaTypeOf } from '../contract/media-types.ts';
import { decodedStart, type SentBytes } from './decode.ts';

/** What is looked at of one body, bytes as decompressed. */
export const BODY_SEARCH_BYTES = 1024 * 1024;
/** Characters that a pattern goes through at once. */
const PIECE = 4096;
/** How long a search goes on before others have their turn, ms. */
const TURN_MS = 8;

export interface SearchedBody {
  sent: SentBytes;
  /** Content-Encoding. */
  encoding?: string | undefined;
  /** Content-Type, with its charset. */
  contentType?: string | undefined;
}

/** Gives way when it has had its turn; to be awaited between pieces of work. */
export class Turns {
  #sinceMs = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.#sinceMs < TURN_MS) return;
    await promises.setImmediate();
    this.#sinceMs = performance.now();
  }
}

/** Pictures, sounds and the like have no text. */
function isReadable(contentType: string | undefined): boolean {
  const type = mediaTypeOf(contentType) ?? '';
  return type === 'image/svg+xml' || !/^(image|audio|video|font)\//.test(type);
}

/** What each reading finds in the body. */
export async function searchBody(body: SearchedBody, readings: readonly Reading[]): Promise<boolean[]> {
  if (body.sent.length === 0 || !isReadable(body.contentType)) return readings.map(() => false);
  const text = decode(await decodedStart(body.sent, body.encoding, BODY_SEARCH_BYTES), body.contentType);
  const turns = new Turns();
  const found: boolean[] = [];
  for (const { pattern, test } of readings) {
    await turns.next();
    if (pattern === undefined) {
      found.push(test(text));
      continue;
    }
    const run = pattern.run();
    let hit = false;
    for (let at = 0; at < text.length && !hit; at += PIECE) {
      hit = run.push(text, at, Math.min(text.length, at + PIECE));
      await turns.next();
    }
    found.push(hit || run.end());
  }
  return found;
}

/** The charset of a Content-Type, where the platform knows it; UTF-8 else. */
function decode(bytes: Uint8Array, contentType: string | undefined): string {
  const at = contentType?.toLowerCase().indexOf('charset=') ?? -1;
  const label = at < 0 ? '' : (contentType?.slice(at + 8, at + 48).split(';')[0] ?? '').replace(/["\s]/g, '');
  try {
    return new TextDecoder(label === '' ? 'utf-8' : label).decode(bytes);
  } catch {
    // No charset by that name.
    return new TextDecoder().decode(bytes);
  }
}
