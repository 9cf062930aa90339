/** What was shown stays until the next is complete: nothing flashes empty between two. */
import { useEffect, useState } from 'react';

/** What was shown before stays no longer than this, ms. */
const STAYS_MS = 250;

/**
 * `fresh`; but when it is of another thing than what was shown last, that stays until it is `ready`, or was waited for long
 * enough. `of` names the thing, `isSame` tells whether two are drawn the same.
 */
export function useSettled<T>(fresh: T, ready: boolean, of: string, isSame: (a: T, b: T) => boolean): T {
  const [settled, setSettled] = useState<{ value: T; of: string } | null>(null);
  if (ready && (settled?.of !== of || !isSame(settled.value, fresh))) setSettled({ value: fresh, of });
  const [late, setLate] = useState<string | null>(null);
  useEffect(() => {
    if (ready) return;
    const timer = setTimeout(() => setLate(of), STAYS_MS);
    return () => {
      clearTimeout(timer);
      setLate(null);
    };
  }, [ready, of]);
  return ready || settled === null || settled.of === of || late === of ? fresh : settled.value;
}
