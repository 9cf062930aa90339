/**
 * A limit of time that what has already arrived counts against. A process that stood still (its machine slept, its host held it) finds its
 * timers due before it has read a byte of what came meanwhile; so the end waits until the sockets have been read once.
 */
export interface TimeLimit {
  /** Begins anew. */
  refresh(): void;
  clear(): void;
}

/** Calls `act` once, `ms` after the start or the last refresh, unless something that waits at the sockets refreshes or clears it. */
export function timeLimit(ms: number, act: () => void): TimeLimit {
  let isRead: ReturnType<typeof setImmediate> | undefined;
  const timer = setTimeout(() => (isRead = setImmediate(act)), ms).unref();
  return {
    refresh() {
      clearImmediate(isRead);
      timer.refresh();
    },
    clear() {
      clearImmediate(isRead);
      clearTimeout(timer);
    },
  };
}
