/**
 * Joins two byte streams both ways: backpressure, half-close, byte counts, idle limit. Used by tunnels and upgrades.
 */
import type { Duplex } from 'node:stream';
import type { ReportFault } from '../../contract/faults.ts';

export interface RelayOptions {
  idleMs: number;
  /** Cumulative counts after each chunk. */
  onBytes(up: number, down: number): void;
  /** Called once, when both directions are over. */
  onOver(cause: { error?: Error; idle?: true }): void;
  /** Told what the two above throw; the streams end then. */
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
    clearTimeout(idle);
    client.destroy();
    upstream.destroy();
    try {
      options.onOver(cause);
    } catch (error) {
      options.report('relay (onOver)', error);
    }
  };
  const idle = setTimeout(() => finish({ idle: true }), options.idleMs);
  idle.unref();

  const pipe = (from: Duplex, to: Duplex, count: (bytes: number) => void): void => {
    from.on('data', (chunk: Buffer) => {
      count(chunk.length);
      try {
        options.onBytes(up, down);
      } catch (error) {
        options.report('relay (onBytes)', error);
        finish({ error: error instanceof Error ? error : new Error(String(error)) });
        return;
      }
      idle.refresh();
      if (!to.write(chunk)) from.pause();
    });
    to.on('drain', () => from.resume());
    const ended = (): void => {
      // Half-close: the other direction goes on.
      if (to.writableEnded || to.destroyed) settle();
      else to.end(settle);
    };
    // A client may have said its end while the other side was still being dialled.
    if (from.readableEnded) ended();
    else from.on('end', ended);
    from.on('error', (error) => finish({ error }));
    from.on('close', () => {
      // Closed without having said its end, or without taking what it was sent: nothing can follow.
      if (!from.readableEnded || !from.writableFinished) finish({});
    });
  };
  const settle = (): void => {
    open--;
    if (open === 0) finish({});
  };
  pipe(client, upstream, (bytes) => (up += bytes));
  pipe(upstream, client, (bytes) => (down += bytes));
}
