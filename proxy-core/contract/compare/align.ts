/** Field lines of two heads beside each other. Pure. */
import type { FieldLine } from '../exchange.ts';

/** A line at each side; null where there is none. */
export interface AlignedField {
  name: string;
  left: string | null;
  right: string | null;
}

function byName(lines: readonly FieldLine[]): Map<string, { name: string; values: string[] }> {
  const out = new Map<string, { name: string; values: string[] }>();
  for (const [name, value] of lines) {
    const known = out.get(name.toLowerCase());
    if (known === undefined) out.set(name.toLowerCase(), { name, values: [value] });
    else known.values.push(value);
  }
  return out;
}

/** In the order of the left, then what only the right has. Neither case nor order of names counts; of a name, equal values stand beside each other. */
export function alignFields(left: readonly FieldLine[], right: readonly FieldLine[]): AlignedField[] {
  const [lefts, rights] = [byName(left), byName(right)];
  const out: AlignedField[] = [];
  for (const key of new Set([...lefts.keys(), ...rights.keys()])) {
    const name = lefts.get(key)?.name ?? rights.get(key)?.name ?? key;
    const come = new Map<string, number>();
    for (const value of rights.get(key)?.values ?? []) come.set(value, (come.get(value) ?? 0) + 1);
    const gone: string[] = [];
    for (const value of lefts.get(key)?.values ?? []) {
      const count = come.get(value) ?? 0;
      if (count > 0) out.push({ name, left: value, right: value });
      else gone.push(value);
      come.set(value, Math.max(0, count - 1));
    }
    const added = [...come].flatMap(([value, count]) => Array.from({ length: count }, () => value));
    for (let at = 0; at < Math.max(gone.length, added.length); at++)
      out.push({ name, left: gone[at] ?? null, right: added[at] ?? null });
  }
  return out;
}
