/** A worker without a thread of its own, for tests: what is asked and answered is copied as between threads. */
import { serveBody } from '../worker/serve.ts';
import type { Answer, Numbered, Question } from '../worker/protocol.ts';

export class WorkerHere {
  onmessage: ((event: { data: Numbered<Answer> }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  #isOver = false;
  readonly #receive = serveBody((reply, transfer) => {
    const data = structuredClone(reply, { transfer });
    queueMicrotask(() => {
      if (!this.#isOver) this.onmessage?.({ data });
    });
  });

  postMessage(question: Numbered<Question>): void {
    const data = structuredClone(question);
    queueMicrotask(() => {
      if (!this.#isOver) this.#receive(data);
    });
  }

  terminate(): void {
    this.#isOver = true;
  }
}
