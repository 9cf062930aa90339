/**
 * The owner of what goes wrong in a connection that was handed over (CONNECT, Upgrade): whichever callback throws, the
 * exchange ends as failed, and both connections end.
 */
import type { Duplex } from 'node:stream';
import type { ReportFault } from '../../contract/faults.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import { outcomeOf } from '../exchange/outcome.ts';
import { internalFailure } from '../origin/proxy-errors.ts';

/** How long a client has to close after the last byte of its reply, ms. */
const LINGER_MS = 2000;
/** How long a client may leave its reply unread before it is disconnected, ms. */
const TAKE_MS = 60_000;
const PLAIN_500 = 'HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

/** Ends a connection behind its last bytes: what still comes is read away, else its end would never be seen. */
export function hangUp(client: Duplex, last?: Uint8Array): void {
  let timer = setTimeout(() => client.destroy(), TAKE_MS).unref();
  client.once('close', () => clearTimeout(timer));
  client.once('finish', () => {
    clearTimeout(timer);
    if (!client.destroyed) timer = setTimeout(() => client.destroy(), LINGER_MS).unref();
  });
  if (last === undefined) client.end();
  else client.end(last);
  client.resume();
}

export class TakeoverGuard {
  /** The record, once there is one. */
  log: ExchangeLog | undefined;
  /** A status line has already gone out: closing the connection is all that can still be said. */
  answered = false;
  readonly #what: string;
  readonly #client: Duplex;
  readonly #report: ReportFault;
  readonly #release: (() => void)[] = [];
  #crashed = false;

  /** `what` as in `CONNECT host:443`. */
  constructor(what: string, client: Duplex, report: ReportFault) {
    this.#what = what;
    this.#client = client;
    this.#report = report;
  }

  /** What else has to end with a failure. */
  onCrash(release: () => void): void {
    this.#release.push(release);
  }

  run(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.crash(error);
    }
  }

  /** A callback that may throw. */
  wrap<A extends unknown[]>(callback: (...args: A) => void): (...args: A) => void {
    return (...args) => {
      try {
        callback(...args);
      } catch (error) {
        this.crash(error);
      }
    };
  }

  crash(error: unknown): void {
    this.#report(this.#what.split(' ', 1)[0] ?? '', error);
    if (this.#crashed) return;
    this.#crashed = true;
    for (const release of this.#release) {
      try {
        release();
      } catch (further) {
        this.#report('ending a tunnel', further);
      }
    }
    const failure = internalFailure(error, this.#what);
    this.log?.failed(failure.code, failure.text);
    if (!this.answered && this.#client.writable) {
      const { outcome, cacheStatus, reason } = outcomeOf({ by: 'proxy', why: 'crashed' });
      this.log?.decided({ reason, facts: { error: failure.code }, trace: [] });
      this.log?.replyStarted({
        status: 500,
        statusText: 'Internal Server Error',
        fields: ['Connection', 'close', 'Content-Length', '0'],
        cacheStatus,
        outcome,
      });
      hangUp(this.#client, Buffer.from(PLAIN_500, 'latin1'));
    } else this.#client.destroy();
    this.log?.end();
  }
}
