/** Looking for bytes, or for text, in bytes. Pure. */
import type { Found } from './lines.ts';
import type { Work } from './work.ts';

/** Bytes of a line of the dump. */
const LINE_BYTES = 16;
/** Lines with a match that a search goes through. */
const FOUND_MAX = 10_000;
/** Bytes looked at between two places to stop. */
const STEP_BYTES = 64 * 1024;

const HEX_PAIRS = /^(?:[0-9a-f]{2} )*[0-9a-f]{2}$/i;
const HEX_RUN = /^0x(?:[0-9a-f]{2})+$/i;

/** Lower case of ASCII letters, other bytes as they are. */
const lowerOf = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

/** `1f 8b` and `0x1f8b` are bytes; everything else is text in UTF-8, in which the case of ASCII letters does not count. */
function wantedBytes(search: string): { bytes: Uint8Array; isText: boolean } {
  const trimmed = search.trim();
  const digits = HEX_RUN.test(trimmed)
    ? trimmed.slice(2)
    : trimmed.includes(' ') && HEX_PAIRS.test(trimmed)
      ? trimmed.replaceAll(' ', '')
      : undefined;
  if (digits === undefined) return { bytes: new TextEncoder().encode(search).map(lowerOf), isText: true };
  return {
    bytes: Uint8Array.from({ length: digits.length / 2 }, (_, at) => parseInt(digits.slice(2 * at, 2 * at + 2), 16)),
    isText: false,
  };
}

/** Matches that do not overlap, and the lines of the dump they begin on. */
export function* findBytes(bytes: Uint8Array, search: string): Work<Found> {
  const found: Found = { count: 0, lines: [] };
  const { bytes: wanted, isText } = wantedBytes(search);
  const last = bytes.length - wanted.length;
  if (wanted.length === 0) return found;
  for (let at = 0, until = STEP_BYTES; at <= last; at++) {
    if (at >= until) {
      until += STEP_BYTES;
      yield;
    }
    let same = 0;
    while (same < wanted.length) {
      const byte = bytes[at + same] ?? 0;
      if ((isText ? lowerOf(byte) : byte) !== wanted[same]) break;
      same++;
    }
    if (same < wanted.length) continue;
    found.count++;
    const line = Math.floor(at / LINE_BYTES);
    if (found.lines.at(-1) !== line && found.lines.length < FOUND_MAX) found.lines.push(line);
    at += wanted.length - 1;
  }
  return found;
}
