/** The arithmetic of a line of limited rate: when it is free again. Plain numbers; times are core time, ms. */

/** What a line that stood idle may carry at once, as time. */
const IDLE_CREDIT_MS = 20;
/** How far behind a line that is in use may fall and still make up for it: timers come late, above all on a busy machine. */
const LATE_CREDIT_MS = 1000;
/** One piece is as long on the line as this, within the bounds below. */
const PIECE_MS = 10;
const MIN_PIECE_BYTES = 1024;
const MAX_PIECE_BYTES = 64 * 1024;
/** What may wait at least in front of a line besides what is on its way through it, bytes. */
const ROOM_BYTES = 32 * 1024;
const MAX_ROOM_BYTES = 4 * 1024 * 1024;

/** kbit/s as bytes in a second; 0 for no limit. */
export const bytesPerSecond = (kbps: number): number => (kbps * 1000) / 8;

/** When the last of so many bytes has passed a line that was free at `freeAtMs`; `inUse` when others waited for it since. */
export function passedAt(freeAtMs: number, bytes: number, rate: number, nowMs: number, inUse: boolean): number {
  const earliest = nowMs - (inUse ? LATE_CREDIT_MS : IDLE_CREDIT_MS);
  return Math.max(freeAtMs, earliest) + (bytes * 1000) / rate;
}

/** Those who share a line take turns with pieces of this size, bytes. */
export function pieceBytes(rate: number): number {
  if (rate === 0) return MAX_PIECE_BYTES;
  return Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, Math.round((rate * PIECE_MS) / 1000)));
}

/** What one sender may have waiting: enough that a long line is never empty, and no more than memory has room for, bytes. */
export function roomBytes(rate: number, delayMs: number): number {
  const onTheWay = rate === 0 ? 0 : (rate * delayMs) / 1000;
  // Twice: there is room again at the half of it, and what comes then is under way for as long as the delay.
  return Math.min(MAX_ROOM_BYTES, 2 * (ROOM_BYTES + Math.ceil(onTheWay)));
}
