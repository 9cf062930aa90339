/**
 * How many file descriptors there are for connections. A process that runs out of them cannot answer its control server,
 * read its own memory figures or write its settings, so the proxy stops short of the limit: it turns clients away, and
 * does not dial, while a reserve is still free.
 */
import type { Socket } from 'node:net';

/** Reserved for everything but proxy connections: the control server, name look-ups, files, Kafka. */
const RESERVED_DESCRIPTORS = 64;
/** A shortage is over when the open connections are down to this share of what there is. */
const RECOVERED = 0.75;

/** What a dialler needs of the account. */
export interface DialBudget {
  /** Why nothing may be dialled now; undefined when it may. */
  refusal(): Error | undefined;
  /** Counts a connection until it closes. */
  hold(socket: Socket): void;
}

/** The account of one process. */
export class Descriptors {
  readonly #limit: number;
  readonly #log: (message: string) => void;
  #clients = 0;
  #dialled = 0;
  #short = false;
  #turnedAway = 0;
  /** Client connections turned away since the start. */
  turnedAwayCount = 0;

  /** `limit` is the most the system lets this process open; undefined when there is no such limit. */
  constructor(limit: number | undefined, log: (message: string) => void) {
    this.#limit = limit ?? Infinity;
    this.#log = log;
  }

  /** Descriptors for connections of clients and to origins together. */
  get #budget(): number {
    return Math.max(8, this.#limit - RESERVED_DESCRIPTORS);
  }

  /** Most client connections: each may need one to an origin. */
  get maxClients(): number {
    return Math.floor(this.#budget / 2);
  }

  /** Whether one more client can be served. */
  mayAccept(): boolean {
    return this.#clients < this.maxClients && this.#clients + this.#dialled < this.#budget;
  }

  /** Counts a client's connection until it closes. */
  holdClient(socket: Socket): void {
    this.#clients++;
    socket.once('close', () => {
      this.#clients--;
      this.#relax();
    });
  }

  /** Counts a client that was turned away; the first of a shortage is logged. */
  turnAway(): void {
    this.turnedAwayCount++;
    this.#turnedAway++;
    if (this.#short) return;
    this.#short = true;
    this.#log(
      `no more clients can be served: ${this.#clients} connections are open, and the system lets this process open ${this.#limit} files. ` +
        'New ones are answered 503 until some close; raise the limit (ulimit -n) if this is normal use',
    );
  }

  readonly dial: DialBudget = {
    refusal: () =>
      this.#clients + this.#dialled < this.#budget
        ? undefined
        : Object.assign(new Error('no file descriptor is left for another connection'), { code: 'EMFILE' }),
    hold: (socket) => {
      this.#dialled++;
      socket.once('close', () => {
        this.#dialled--;
        this.#relax();
      });
    },
  };

  #relax(): void {
    if (
      !this.#short ||
      this.#clients > RECOVERED * this.maxClients ||
      this.#clients + this.#dialled > RECOVERED * this.#budget
    )
      return;
    this.#short = false;
    this.#log(`clients are served again; ${this.#turnedAway} connections were turned away`);
    this.#turnedAway = 0;
  }
}

/** The system's limit of open files for this process, undefined where there is none or it cannot be read (Windows). */
export function descriptorLimit(): number | undefined {
  try {
    const report: NodeJS.ProcessReport & { excludeNetwork?: boolean } = process.report;
    report.excludeNetwork = true; // the only slow part
    return limitIn(report.getReport());
  } catch {
    return undefined;
  }
}

function limitIn(report: unknown): number | undefined {
  if (typeof report !== 'object' || report === null || !('userLimits' in report)) return undefined;
  const { userLimits } = report;
  if (typeof userLimits !== 'object' || userLimits === null || !('open_files' in userLimits)) return undefined;
  const files = userLimits.open_files;
  if (typeof files !== 'object' || files === null || !('soft' in files)) return undefined;
  return typeof files.soft === 'number' ? files.soft : undefined;
}
