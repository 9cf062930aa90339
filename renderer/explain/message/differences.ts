/** What the origin sent in other words than the client got it. Pure. */
import type { FieldLine } from '../../../proxy-core/contract/exchange.ts';

/** `changed`: another value under the same name; `dropped`: not passed on; `added`: not from the origin. */
export interface FieldDifference {
  kind: 'changed' | 'dropped' | 'added';
  /** As the origin wrote it, or as it was sent where the origin had none. */
  name: string;
  origin?: string;
  sent?: string;
}

interface Named {
  name: string;
  values: string[];
}

/** The values of each name in their order, by the name in lower case. */
function byName(lines: readonly FieldLine[]): Map<string, Named> {
  const out = new Map<string, Named>();
  for (const [name, value] of lines) {
    const known = out.get(name.toLowerCase());
    if (known === undefined) out.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  return out;
}

/** The values that are not among the others, each of those counted once. */
function without(values: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const value of others) left.set(value, (left.get(value) ?? 0) + 1);
  return values.filter((value) => {
    const count = left.get(value) ?? 0;
    if (count > 0) left.set(value, count - 1);
    return count === 0;
  });
}

/** Names in the order in which the origin sent them, then those it did not send. Neither case nor order of names counts. */
export function fieldDifferences(origin: readonly FieldLine[], sent: readonly FieldLine[]): FieldDifference[] {
  const before = byName(origin);
  const after = byName(sent);
  const out: FieldDifference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(key);
    const is = after.get(key);
    const gone = without(was?.values ?? [], is?.values ?? []);
    const come = without(is?.values ?? [], was?.values ?? []);
    const name = was?.name ?? is?.name ?? key;
    for (let index = 0; index < Math.max(gone.length, come.length); index++) {
      const [from, to] = [gone[index], come[index]];
      if (from !== undefined && to !== undefined) out.push({ kind: 'changed', name, origin: from, sent: to });
      else if (from !== undefined) out.push({ kind: 'dropped', name, origin: from });
      else if (to !== undefined) out.push({ kind: 'added', name, sent: to });
    }
  }
  return out;
}
