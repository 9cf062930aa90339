/**
 * A load of a fixed rate, as wrk2 makes it: a request has a time when it is due, and its latency counts from then, so that
 * a server that stands still is not asked less. Keep-alive connections, one request each at a time, bodies of known length.
 */
import net from 'node:net';

export interface Paced {
  readonly port: number;
  /** The n-th request, head and all. */
  readonly request: (n: number) => string;
  readonly bodyBytes: number;
  readonly connections: number;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface PacedResult {
  readonly done: number;
  readonly errors: number;
  /** Requests that were due and never had a free connection. */
  readonly late: number;
  /** Latencies, ms, in order. */
  readonly sortedMs: Float64Array;
}

export function runPaced({ port, request, bodyBytes, connections, perSecond, seconds }: Paced): Promise<PacedResult> {
  const total = Math.floor(perSecond * seconds);
  const times = new Float64Array(total);
  let next = 0;
  let done = 0;
  let errors = 0;
  let open = 0;
  let over = false;
  const free: (() => void)[] = [];
  return new Promise((resolve) => {
    const finish = (): void => {
      if (!over || open > 0) return;
      resolve({ done, errors, late: total - next, sortedMs: times.slice(0, done).sort() });
    };
    let began = 0;
    const connect = (): void => {
      let due = -1;
      let wanted = 0;
      let got = 0;
      const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
      open++;
      const send = (): void => {
        due = began + (next / perSecond) * 1000;
        socket.write(request(next++));
      };
      socket.once('connect', () => free.push(send));
      socket.on('data', (data) => {
        if (wanted === 0) {
          const end = data.indexOf('\r\n\r\n');
          if (data.toString('latin1', 9, 12) !== '200') errors++;
          wanted = end + 4 + bodyBytes;
        }
        got += data.length;
        if (got < wanted) return;
        got = wanted = 0;
        if (done < total) times[done++] = performance.now() - due;
        due = -1;
        if (over) socket.destroy();
        else {
          free.push(send);
          release();
        }
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        open--;
        if (due >= 0) errors++;
        const place = free.indexOf(send);
        if (place >= 0) free.splice(place, 1);
        if (!over) connect();
        finish();
      });
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    };
    const sockets = new Set<net.Socket>();
    for (let n = 0; n < connections; n++) connect();
    began = performance.now() + 50;
    const end = began + seconds * 1000;
    /** Sends what is due now, as far as connections are free. */
    const release = (): void => {
      const now = performance.now();
      while (free.length > 0 && next < total && began + (next / perSecond) * 1000 <= now) free.shift()!();
    };
    const step = (): void => {
      if (performance.now() >= end || next >= total) {
        over = true;
        // Idle ones close now, busy ones after their answer or after a second.
        setTimeout(() => {
          for (const socket of sockets) socket.destroy();
          finish();
        }, 1000);
        return;
      }
      release();
      // Slow loads leave the processor to others; fast ones need finer steps than timers have.
      if (perSecond < 200) setTimeout(step, 1);
      else setImmediate(step);
    };
    step();
  });
}

export const at = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;

/** A plain GET as this peer wants it. */
export const getOf = (base: string, host: string, path: string): string =>
  `GET ${base}${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
