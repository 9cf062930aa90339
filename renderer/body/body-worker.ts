/** The page's end of the worker of a body: asks, waits within bounds, and ends a worker that does not answer. */
import type { Answer, Numbered, Question } from './worker/protocol.ts';

/** How long an answer may take, ms; then the worker is ended. */
export const ANSWER_MS = 10_000;

/** An answer took too long: the worker was ended. */
export class TooLong extends Error {}

interface Waiting {
  resolve: (answer: Answer) => void;
  reject: (thrown: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** A worker that begins when it is first asked, and anew after it was ended. */
export class BodyWorker {
  #worker: Worker | undefined;
  #lastId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** True when it holds the body it was last given. */
  get isRunning(): boolean {
    return this.#worker !== undefined;
  }

  /** Rejects with {@link TooLong}, or with what went wrong in the worker. A later question leaves an earlier one without an answer. */
  ask(question: Question): Promise<Answer> {
    const worker = (this.#worker ??= this.#begin());
    const id = ++this.#lastId;
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.#waiting.clear();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(new TooLong()), ANSWER_MS);
      this.#waiting.set(id, { resolve, reject, timer });
      worker.postMessage({ id, what: question } satisfies Numbered<Question>);
    });
  }

  /** Ends the worker; questions that wait stay without an answer. */
  stop(): void {
    this.#end(null);
  }

  #begin(): Worker {
    const worker = new Worker(new URL('./worker/main.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data: { id, what } }: MessageEvent<Numbered<Answer>>) => {
      const waiting = this.#waiting.get(id);
      if (waiting === undefined) return;
      clearTimeout(waiting.timer);
      this.#waiting.delete(id);
      if (what.ask === 'failed') waiting.reject(new Error(what.message));
      else waiting.resolve(what);
    };
    worker.onerror = (event) => this.#end(new Error(event.message));
    return worker;
  }

  #end(why: Error | null): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { timer, reject } of this.#waiting.values()) {
      clearTimeout(timer);
      if (why !== null) reject(why);
    }
    this.#waiting.clear();
  }
}
