/** One clock for all that counts seconds in a list. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 1000;

let nowMs = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
const now = (): number => nowMs;

/** The time now, ms, renewed each second for all who ask at once. */
export function useSharedNow(): number {
  return useSyncExternalStore(listen, now, now);
}
