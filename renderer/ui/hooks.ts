/** Small hooks every view uses. */
import { useEffect, useRef, useState } from 'react';

/** The time now, renewed every `everyMs`. */
export function useNow(everyMs = 1000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A number that rises every `everyMs`, or stands still when that is 0. */
export function useTicks(everyMs: number): number {
  const [ticks, setTicks] = useState(0);
  useEffect(() => {
    if (everyMs === 0) return;
    const timer = setInterval(() => setTicks((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return ticks;
}

/** What a question to the core came to; the last good answer to the same question stays while it is asked again. */
export interface Answer<T> {
  value: T | null;
  problem: string | null;
  loading: boolean;
}

/**
 * Asks whenever `key` or `version` changes. `key` names the question (another key forgets the old answer), `version`
 * asks the same one anew; null asks nothing. A view that was left asks again when it is back, unless the answer is `lasting`:
 * the same for as long as key and version are.
 */
export function useAnswer<T>(
  key: string | null,
  version: number | string,
  ask: () => Promise<T>,
  lasting = false,
): Answer<T> {
  const [state, setState] = useState<{
    key: string | null;
    version: number | string;
    value: T | null;
    problem: string | null;
  }>({
    key: null,
    version: -1,
    value: null,
    problem: null,
  });
  // A new function on every render; key and version say when the question changed.
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  const answered = useRef<{ key: string; version: number | string } | null>(null);
  useEffect(() => {
    if (key === null) {
      answered.current = null;
      return;
    }
    if (lasting && answered.current?.key === key && answered.current.version === version) return;
    let current = true;
    latest.current().then(
      (value) => {
        if (!current) return;
        answered.current = { key, version };
        setState({ key, version, value, problem: null });
      },
      (problem: unknown) =>
        current &&
        setState({ key, version, value: null, problem: problem instanceof Error ? problem.message : String(problem) }),
    );
    return () => {
      current = false;
    };
  }, [key, version, lasting]);
  const known = state.key === key && key !== null;
  return {
    value: known ? state.value : null,
    problem: known ? state.problem : null,
    loading: key !== null && (!known || state.version !== version),
  };
}

/** What was shown before stays no longer than this in place of what is asked for, ms. */
const STAYS_MS = 250;

/**
 * The answer; while there is none yet, the one before it for a moment, so that nothing flashes empty between two. What it
 * is of must be seen from the answer itself.
 */
export function useStaying<T>(key: string | null, { value, problem }: Answer<T>): T | null {
  const [before, setBefore] = useState<T | null>(null);
  if (value !== null && value !== before) setBefore(value);
  const [late, setLate] = useState<string | null>(null);
  const waits = key !== null && value === null && problem === null;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => setLate(key), STAYS_MS);
    return () => clearTimeout(timer);
  }, [waits, key]);
  return value ?? (waits && late !== key ? before : null);
}
