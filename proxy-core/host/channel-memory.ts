/** Two joined channels in one process; frames are cloned, as on any wire. */
import type { Channel, Frame } from '../contract/frames.ts';

class MemoryEnd implements Channel {
  peer: MemoryEnd | undefined;
  readonly #frames: ((frame: unknown) => void)[] = [];
  readonly #closes: (() => void)[] = [];
  readonly #early: unknown[] = [];
  #closed = false;

  send(frame: Frame): void {
    if (this.#closed) return;
    const copy: unknown = structuredClone(frame);
    queueMicrotask(() => this.peer?.deliver(copy));
  }

  deliver(frame: unknown): void {
    if (this.#closed) return;
    if (this.#frames.length === 0) this.#early.push(frame);
    for (const listener of this.#frames) listener(frame);
  }

  onFrame(listener: (frame: unknown) => void): void {
    this.#frames.push(listener);
    for (const frame of this.#early.splice(0)) listener(frame);
  }

  onClose(listener: () => void): void {
    this.#closes.push(listener);
  }

  pendingBytes(): number {
    return 0;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of this.#closes) listener();
    queueMicrotask(() => this.peer?.close());
  }
}

/** Both ends. */
export function createMemoryChannels(): [Channel, Channel] {
  const a = new MemoryEnd();
  const b = new MemoryEnd();
  a.peer = b;
  b.peer = a;
  return [a, b];
}
