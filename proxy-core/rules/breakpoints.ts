/**
 * Exchanges that breakpoints hold. Each waits for a person, for a limit, or for the one who asked to go away; whatever
 * ends it, its exchange goes on. Nothing is held while nobody is there to let it go on.
 */
import { MAX_HELD, type HeldDetail, type HeldEnd, type HeldState } from '../contract/breakpoints/held.ts';
import type { CommandName, CommandParams, CommandResult } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import { HeldExchange, type HeldAt, type HeldOutcome } from './held-exchange.ts';

export interface BreakpointDeps {
  /** Core time, ms. */
  now(): number;
  /** What to add to core time for the time of day, ms. */
  wallOffsetMs(): number;
  /** Longest time that one is held, ms. */
  limitMs(): number;
  /** Content of more bytes is not offered for editing. */
  contentBytes(): number;
  /** Calls back once after so many ms, unless the function it gives is called before. */
  after(ms: number, then: () => void): () => void;
  /** Something about the held has changed. */
  onChange(state: HeldState): void;
}

type HeldHandlers = { [N in Extract<CommandName, `held.${string}`>]: (params: CommandParams<N>) => Result<N> };
type Result<N extends CommandName> = CommandResult<N> | Promise<CommandResult<N>>;

/** Changes are told together, at most so often, ms. */
const TELL_MS = 50;

export class Breakpoints {
  readonly #deps: BreakpointDeps;
  readonly #held = new Map<number, HeldExchange>();
  readonly #passed = { full: 0, limit: 0, unattended: 0 };
  #lastId = 0;
  #watchers = 0;
  /** False once the last page that watched has gone, until somebody asks again. */
  #isAttended = true;
  #isStopped = false;
  #isTelling = false;

  constructor(deps: BreakpointDeps) {
    this.#deps = deps;
  }

  /** Holds an exchange; how that ended, at once where it is not held at all. */
  hold(at: HeldAt): HeldOutcome | Promise<HeldOutcome> {
    const why = this.#isStopped ? 'stopped' : !this.#isAttended ? 'unattended' : undefined;
    if (why !== undefined) return this.#pass(why);
    if (this.#held.size >= MAX_HELD) return this.#pass('full');
    const deps = this.#deps;
    const id = ++this.#lastId;
    const limitMs = deps.limitMs();
    const held = new HeldExchange(id, at, deps.now(), limitMs, deps.contentBytes(), () => this.#tell());
    this.#held.set(id, held);
    const stopWaiting = deps.after(limitMs, () => {
      this.#passed.limit++;
      held.end({ kind: 'pass', how: 'limit' });
    });
    // Whoever is gone needs no verdict; the promise is let go with the exchange.
    const forget = (): void => {
      stopWaiting();
      if (this.#held.delete(id)) this.#tell();
    };
    at.view.wait.onGone(forget);
    held.begin();
    this.#tell();
    return held.ended.finally(forget);
  }

  #pass(how: HeldEnd): HeldOutcome {
    if (how === 'full' || how === 'unattended') {
      this.#passed[how]++;
      this.#tell();
    }
    return { kind: 'pass', how };
  }

  /** Somebody has asked about the held, or put breakpoints in: they are there to let them go on. */
  attend(): void {
    this.#isAttended = true;
  }

  /** A page shows the held, until the function is called. When the last one goes, nobody is left who saw what is held. */
  watch(): () => void {
    this.attend();
    this.#watchers++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#watchers > 0) return;
      this.#isAttended = false;
      this.#passed.unattended += this.#held.size;
      this.#release('unattended');
    };
  }

  /** Everything goes on, and nothing is held any more. */
  stop(): void {
    this.#isStopped = true;
    this.#release('stopped');
  }

  state(): HeldState {
    const offsetMs = this.#deps.wallOffsetMs();
    return { held: [...this.#held.values()].map((held) => held.summary(offsetMs)), passed: { ...this.#passed } };
  }

  readonly handlers: HeldHandlers = {
    'held.list': () => this.#attended(),
    'held.get': ({ id }) => this.#detail(id),
    'held.resume': ({ id, edit }) => {
      const held = this.#find(id);
      held.end(edit === undefined ? { kind: 'pass', how: 'resumed' } : held.edited(edit));
      return this.#ended(id);
    },
    'held.resumeAll': () => {
      this.#release('resumed');
      return this.#attended();
    },
    'held.answer': ({ id, answer }) => {
      const held = this.#find(id);
      held.end(held.answered(answer));
      return this.#ended(id);
    },
    'held.abort': ({ id }) => {
      this.#find(id).end({ kind: 'drop', how: 'aborted' });
      return this.#ended(id);
    },
  };

  #attended(): HeldState {
    this.attend();
    return this.state();
  }

  #ended(id: number): HeldState {
    this.#held.delete(id);
    this.#tell();
    return this.#attended();
  }

  #detail(id: number): Promise<HeldDetail> {
    this.attend();
    return this.#find(id).detail(this.#deps.wallOffsetMs());
  }

  #find(id: number): HeldExchange {
    const held = this.#held.get(id);
    if (held !== undefined) return held;
    throw new CommandError(
      'not-found',
      `no exchange is held under ${id}; ${
        this.#held.size === 0 ? 'none is held' : `held are ${[...this.#held.keys()].slice(0, 20).join(', ')}`
      }`,
      'It may have gone on by itself: its client left, or it was held for the longest time allowed.',
    );
  }

  #release(how: HeldEnd): void {
    const all = [...this.#held.values()];
    this.#held.clear();
    for (const held of all) held.end({ kind: 'pass', how });
    if (all.length > 0) this.#tell();
  }

  #tell(): void {
    if (this.#isTelling || this.#isStopped) return;
    this.#isTelling = true;
    this.#deps.after(TELL_MS, () => {
      this.#isTelling = false;
      this.#deps.onChange(this.state());
    });
  }
}
