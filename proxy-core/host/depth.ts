/** A bound on how deep a value from outside may be nested: what walks it later may then recurse. */
import { CommandError } from '../contract/errors.ts';

/** Levels of arrays and objects; what the API takes has five. */
const MAX_DEPTH = 64;

/** Throws `bad-params` for a value nested deeper than {@link MAX_DEPTH}. Level by level, so that it never recurses itself. */
export function checkDepth(value: unknown): void {
  const seen = new Set<object>();
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null || ArrayBuffer.isView(item) || seen.has(item)) continue;
      if (depth >= MAX_DEPTH)
        throw new CommandError('bad-params', `the value is nested more than ${MAX_DEPTH} levels deep`);
      // A message port keeps shared references; each is walked once.
      seen.add(item);
      for (const child of Array.isArray(item) ? (item as unknown[]) : Object.values(item))
        if (typeof child === 'object' && child !== null) next.push(child);
    }
    level = next;
  }
}
