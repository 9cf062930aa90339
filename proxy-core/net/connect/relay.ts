/**
 * Joins two byte streams both ways: backpressure, half-close, byte counts, idle limit. Used by tunnels and upgrades.
 */
import type { Duplex } from 'node:stream';
import type { Link } from '../throttle/link.ts';
import { PacedLine } from '../throttle/paced-line.ts';
import type { ReportFault } from '../../contract/faults.ts';
import { timeLimit } from './time-limit.ts';

/** Client to origin, or back. */
export type Direction = 'up' | 'down';

/** Sees the bytes that pass, in order; they are the relay's own memory, to be copied when kept. `atMs` as of `now`. */
export type Tap = (direction: Direction, chunk: Uint8Array, atMs: number) => void;

export interface RelayOptions {
  idleMs: number;
  /** What the client has sent already. */
  early?: Uint8Array;
  /** One that throws is reported and not called again; the bytes flow on. */
  tap?: Tap | undefined;
  /** Clock of the tap, ms; by default that of `performance`. */
  now?: () => number;
  /** A line that may be slow for a while: half of its latency each way. */
  link?: Link | undefined;
  /** Cumulative counts after each chunk. */
  onBytes(up: number, down: number): void;
  /** Called once, when both directions are over. */
  onOver(cause: { error?: Error; idle?: true }): void;
  /** Receives what the two above throw; the streams end then. */
  report: ReportFault;
}

/** Joins `client` and `upstream` until both have ended, one breaks, or nothing moves for `idleMs`. */
export function relay(client: Duplex, upstream: Duplex, options: RelayOptions): void {
  let up = 0;
  let down = 0;
  let over = false;
  let open = 2;
  const finish = (cause: { error?: Error; idle?: true }): void => {
    if (over) return;
    over = true;
    idle.clear();
    for (const line of lines) line.stop();
    client.destroy();
    upstream.destroy();
    try {
      options.onOver(cause);
    } catch (error) {
      options.report('relay (onOver)', error);
    }
  };
  const idle = timeLimit(options.idleMs, () => finish({ idle: true }));

  let { tap } = options;
  const now = options.now ?? (() => performance.now());
  /** False when that was the end of it. */
  const pass = (direction: Direction, chunk: Uint8Array): boolean => {
    if (direction === 'up') up += chunk.length;
    else down += chunk.length;
    if (tap !== undefined) {
      try {
        tap(direction, chunk, now());
      } catch (error) {
        tap = undefined;
        options.report('relay (tap)', error);
      }
    }
    try {
      options.onBytes(up, down);
    } catch (error) {
      options.report('relay (onBytes)', error);
      finish({ error: error instanceof Error ? error : new Error(String(error)) });
      return false;
    }
    idle.refresh();
    return true;
  };

  const { link } = options;
  const lines: PacedLine[] = [];
  const pipe = (from: Duplex, to: Duplex, direction: Direction): void => {
    /** Made when the line is slow for the first time, and kept: what waits on it stays ahead of what comes later. */
    let line: PacedLine | undefined;
    const slow = (over: Link): PacedLine => {
      const made = new PacedLine({
        clock: over.clock,
        lane: over[direction],
        delayMs: () => over.latencyMs / 2,
        out: (piece) => to.write(piece),
        onRoom: () => from.resume(),
      });
      lines.push(made);
      return made;
    };
    from.on('data', (chunk: Buffer) => {
      if (!pass(direction, chunk)) return;
      if (link?.profile !== undefined) {
        if (link.isCut) {
          finish({ error: new Error(`cut off by the throttle (${link.profile.name})`) });
          return;
        }
        line ??= slow(link);
      }
      if (!(line === undefined ? to.write(chunk) : line.push(chunk))) from.pause();
    });
    to.on('drain', () => {
      if (line === undefined) from.resume();
      else line.drained();
    });
    const over = (): void => {
      if (line === undefined || line.isEmpty) ended();
      else line.then(ended);
    };
    const ended = (): void => {
      // Half-close: the other direction stays open.
      if (to.writableEnded || to.destroyed) settle();
      else to.end(settle);
    };
    // A client may have half-closed while the other side was still being dialled.
    if (from.readableEnded) over();
    else from.on('end', over);
    from.on('error', (error) => finish({ error }));
    from.on('close', () => {
      // Closed without a FIN, or without reading what it was sent: nothing can follow.
      if (from.readableEnded && from.writableFinished) return;
      // What it had sent before may be on a slow line still.
      if (line === undefined || line.isEmpty || from.errored !== null) finish({});
      else line.then(() => finish({}));
    });
  };
  const settle = (): void => {
    open--;
    if (open === 0) finish({});
  };
  const { early } = options;
  // First: the FIN of a client that has already half-closed is passed on at once.
  if (early !== undefined && early.length > 0 && pass('up', early)) upstream.write(early);
  if (over) return;
  pipe(client, upstream, 'up');
  pipe(upstream, client, 'down');
}
