/** Sliced work as a hook. */
import { useEffect, useState } from 'react';
import { runInSlices, type Work } from './work.ts';

/** What the work came to; `value` null while it goes on or when it failed. */
export interface Worked<T> {
  value: T | null;
  failed: { thrown: unknown } | null;
}

const GOING: Worked<never> = { value: null, failed: null };

/** Runs what `start` begins whenever `start` is another function (keep it with `useMemo`); the work before it stops. */
export function useWork<T>(start: () => Work<T>): Worked<T> {
  const [done, setDone] = useState<{ start: () => Work<T>; result: Worked<T> } | null>(null);
  useEffect(
    () =>
      runInSlices(
        start,
        (value) => setDone({ start, result: { value, failed: null } }),
        (thrown) => setDone({ start, result: { value: null, failed: { thrown } } }),
      ),
    [start],
  );
  return done?.start === start ? done.result : GOING;
}
