/**
 * Keeps one core process alive: starts it, says how it is doing, starts it again when it dies, ends it gracefully.
 * Knows nothing of Electron; `core-process.ts` gives it real processes, the tests give it scripted ones.
 */
import { CORE_STOP_MS } from '../proxy-core/contract/lifetimes.ts';
import type { CommandName, CommandParams } from '../proxy-core/contract/commands.ts';
import { restartDelayMs } from './backoff.ts';
import type { FromCore, ToCore } from './core-protocol.ts';
import type { CoreProcessStatus } from './desktop-api.ts';
import { describeEnd, type ProcessEnd } from './exit-reason.ts';
import { argsForRestart } from './launch-options.ts';

/** One running core process. */
export interface CoreChild<Port> {
  send(message: ToCore, ports?: Port[]): void;
  /** Ends it at once, without asking. */
  kill(): void;
}

/** What a core process reports to its supervisor. */
export interface CoreChildEvents {
  message(message: FromCore): void;
  end(end: ProcessEnd): void;
}

export interface SupervisorOptions<Port> {
  fork(args: readonly string[], events: CoreChildEvents): CoreChild<Port>;
  dataDir: string;
  /** The program that puts the system proxy back when a core dies, and its arguments. */
  restore: readonly string[];
  /** What the window is to be told, in words. */
  notices: readonly string[];
  /** Flags of the first start. */
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  onStatus(status: CoreProcessStatus): void;
  /** What the core tells besides how it is doing. */
  onNews?: (message: Extract<FromCore, { type: 'shell' | 'call-failed' }>) => void;
}

/** How long a core may take to finish what is in flight and to flush Kafka before it is killed: longer than it allows itself. */
export const STOP_DEADLINE_MS = CORE_STOP_MS + 2_000;
/** A core that lived this long was healthy: the next crash counts as the first again. */
export const HEALTHY_AFTER_MS = 30_000;

interface Running<Port> {
  child: CoreChild<Port>;
  /** It answered `ready` or `failed`, so it can take pages. */
  answers: boolean;
  /** Its own words about why it cannot work. */
  problem?: string;
  ended: Promise<void>;
}

export class CoreSupervisor<Port> {
  readonly #options: SupervisorOptions<Port>;
  /** Pages that asked for a port, by page; the latest request of each counts. `core` is the one that has its port. */
  readonly #pages = new Map<number, { makePort: () => Port | null; core: Running<Port> | null }>();
  #running: Running<Port> | null = null;
  #status: CoreProcessStatus = { state: 'starting' };
  #args: readonly string[];
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The present end is wanted: by a restart, or for good. */
  #ending: 'no' | 'restart' | 'stop' = 'no';

  constructor(options: SupervisorOptions<Port>) {
    this.#options = options;
    this.#args = options.args;
  }

  get status(): CoreProcessStatus {
    return this.#status;
  }

  /** Starts the first core. */
  start(): void {
    this.#fork({ state: 'starting' });
  }

  /**
   * Connects the page to the core, now or as soon as one answers, and again to each core that takes its place.
   * `makePort` gives null when the page is gone by then.
   */
  connect(page: number, makePort: () => Port | null): void {
    this.#pages.set(page, { makePort, core: null });
    this.#connectPages();
  }

  /** Forgets a page that is gone. */
  forget(page: number): void {
    this.#pages.delete(page);
  }

  /** Sends a command to the core, when one answers. */
  call<N extends CommandName>(name: N, params: CommandParams<N> & Record<string, unknown>): void {
    const running = this.#running;
    if (running?.answers === true) running.child.send({ type: 'call', name, params });
  }

  /** Ends the core gracefully and starts a new one at once. */
  async restart(): Promise<void> {
    if (this.#ending === 'stop') throw new Error('the app is closing, so the core is not started again');
    if (this.#ending === 'restart') return;
    this.#ending = 'restart';
    await this.#end();
    // Quitting may have overtaken the wait.
    if (this.#isStopping()) return;
    this.#ending = 'no';
    this.#attempt = 0;
    this.#fork({ state: 'restarting' });
  }

  /** Ends the core for good; resolves when its process is gone. */
  async stop(): Promise<void> {
    this.#ending = 'stop';
    await this.#end();
    this.#tell({ state: 'stopped' });
  }

  #isStopping(): boolean {
    return this.#ending === 'stop';
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const running = this.#running;
    if (running === null) return;
    running.child.send({ type: 'stop' });
    const deadline = setTimeout(() => running.child.kill(), STOP_DEADLINE_MS);
    await running.ended;
    clearTimeout(deadline);
  }

  #fork(status: CoreProcessStatus): void {
    this.#tell(status);
    let resolveEnded = (): void => undefined;
    const ended = new Promise<void>((resolve) => (resolveEnded = resolve));
    const child = this.#options.fork(this.#args, {
      message: (message) => this.#onMessage(running, message),
      end: (end) => {
        this.#onEnd(running, end);
        resolveEnded();
      },
    });
    const running: Running<Port> = { child, answers: false, ended };
    this.#running = running;
    child.send({
      type: 'start',
      dataDir: this.#options.dataDir,
      restore: this.#options.restore,
      notices: this.#options.notices,
    });
  }

  #onMessage(running: Running<Port>, message: FromCore): void {
    if (this.#running !== running || this.#ending !== 'no') return;
    switch (message.type) {
      case 'ready':
        running.answers = true;
        delete running.problem;
        this.#args = argsForRestart(this.#options.args, this.#options.env, message.port);
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => (this.#attempt = 0), HEALTHY_AFTER_MS);
        this.#tell({ state: 'running' });
        this.#connectPages();
        return;
      case 'failed':
        // Without its port the core still runs, and the page offers another one; otherwise it waits to be told to end.
        running.answers = message.usable;
        running.problem = message.message;
        this.#tell({ state: message.usable ? 'running' : 'stopped', detail: message.message });
        this.#connectPages();
        return;
      case 'shell':
      case 'call-failed':
        this.#options.onNews?.(message);
        return;
      case 'stopped':
        return;
    }
  }

  #onEnd(running: Running<Port>, end: ProcessEnd): void {
    if (this.#running !== running) return;
    this.#running = null;
    clearTimeout(this.#timer);
    if (this.#ending !== 'no') return;
    this.#attempt += 1;
    const attempt = this.#attempt;
    const detail = running.problem ?? describeEnd(end);
    this.#tell({ state: 'crashed', detail, attempt });
    this.#timer = setTimeout(
      () => this.#fork({ state: 'restarting', detail, attempt }),
      restartDelayMs(attempt, running.problem !== undefined),
    );
  }

  #connectPages(): void {
    const running = this.#running;
    if (running?.answers !== true) return;
    for (const page of this.#pages.values()) {
      if (page.core === running) continue;
      page.core = running;
      const port = page.makePort();
      if (port !== null) running.child.send({ type: 'connect' }, [port]);
    }
  }

  #tell(status: CoreProcessStatus): void {
    this.#status = status;
    this.#options.onStatus(status);
  }
}
