/** The common time axis of the rows in sight, for the waterfall. */
import type { TrafficRow } from '../state/traffic-ring.ts';
import { formatDuration } from '../ui/format.ts';

/** Times are told to CSS in seconds from here: small numbers keep their milliseconds. */
const ORIGIN_MS = Date.now();
/** No axis is shorter than this, or a single quick exchange would fill it. */
const LEAST_MS = 10;

export const secondsOf = (atMs: number): number => (atMs - ORIGIN_MS) / 1000;

export interface Axis {
  fromMs: number;
  spanMs: number;
}

/** From the start of the first to the end of the last; what has not ended reaches `nowMs`. Undefined without rows. */
export function axisOf(rows: Iterable<TrafficRow>, nowMs: number): Axis | undefined {
  let from = Infinity;
  let to = -Infinity;
  for (const { startedAtMs, durationMs } of rows) {
    from = Math.min(from, startedAtMs);
    to = Math.max(to, durationMs === undefined ? Math.max(startedAtMs, nowMs) : startedAtMs + durationMs);
  }
  return from === Infinity ? undefined : { fromMs: from, spanMs: Math.max(LEAST_MS, to - from) };
}

/** The axis as custom properties: its beginning and length in seconds, and its length in words for the head. */
export function axisStyle(axis: Axis | undefined): Record<`--${string}`, string> {
  if (axis === undefined) return {};
  return {
    '--axis-from': secondsOf(axis.fromMs).toFixed(4),
    '--axis-span': (axis.spanMs / 1000).toFixed(4),
    '--axis-text': JSON.stringify(formatDuration(axis.spanMs)),
  };
}
