/**
 * Long work on the page's thread, in slices: a generator that yields every few thousand steps. What an origin sends
 * decides how much work there is, so nothing over a body runs in one go.
 */

/** Work that can be put off; each `yield` is a place to stop. */
export type Work<T> = Generator<undefined, T, undefined>;

/** One slice, ms: well under a frame of 16 ms. */
const SLICE_MS = 8;

/** Runs it to its end at once. */
export function finish<T>(work: Work<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** Runs what `start` begins slice by slice; other tasks of the page come between. The returned function stops it. */
export function runInSlices<T>(
  start: () => Work<T>,
  onDone: (value: T) => void,
  onFailed: (thrown: unknown) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let work: Work<T> | undefined;
  const slice = (): void => {
    try {
      work ??= start();
      const until = performance.now() + SLICE_MS;
      do {
        const step = work.next();
        if (step.done === true) return onDone(step.value);
      } while (performance.now() < until);
    } catch (thrown) {
      return onFailed(thrown);
    }
    timer = setTimeout(slice, 0);
  };
  timer = setTimeout(slice, 0);
  return () => clearTimeout(timer);
}
