/** Puts hops in their order: by what fields say of it, where they say nothing by where such products usually stand. */
import type { Draft } from './drafts.ts';
import { PRODUCTS } from './products.ts';

/** Caches nobody names stand between those of the network and those of a server. */
const NAMELESS = 5;

const rankOf = ({ kind, product }: Draft): number =>
  product !== undefined ? PRODUCTS[product].rank : kind === 'application' ? 9 : NAMELESS;

/** From the client on. `said` is false where no field tells a hop from its neighbour. */
export function inOrder(
  drafts: readonly Draft[],
  said: readonly (readonly [near: Draft, far: Draft])[],
): { draft: Draft; said: boolean }[] {
  // Caches of an application stand inside the origin: behind everything else.
  const applications = drafts.filter(({ kind }) => kind === 'application');
  const others = drafts.filter(({ kind }) => kind !== 'application');
  const behind = new Map<Draft, Set<Draft>>(drafts.map((draft) => [draft, new Set<Draft>()]));
  for (const [near, far] of said) if (near !== far) behind.get(near)?.add(far);
  for (const other of others) for (const application of applications) behind.get(other)!.add(application);

  const left = new Set(drafts);
  const out: Draft[] = [];
  while (left.size > 0) {
    const held = new Set<Draft>();
    for (const near of left) for (const far of behind.get(near)!) held.add(far);
    const free = [...left].filter((draft) => !held.has(draft));
    // Fields that contradict each other make a ring: then the usual place decides.
    const from = free.length > 0 ? free : [...left];
    const next = from.reduce((best, draft) => (rankOf(draft) < rankOf(best) ? draft : best));
    out.push(next);
    left.delete(next);
  }
  const told = out.map((draft, i) => i === 0 || reaches(out[i - 1]!, draft, behind));
  return out.map((draft, i) => ({ draft, said: told[i]! && (told[i + 1] ?? true) }));
}

/** Whether fields say, over any number of hops, that `far` is behind `near`, and not the other way round. */
function reaches(near: Draft, far: Draft, behind: ReadonlyMap<Draft, ReadonlySet<Draft>>): boolean {
  return isBehind(near, far, behind) && !isBehind(far, near, behind);
}

function isBehind(near: Draft, far: Draft, behind: ReadonlyMap<Draft, ReadonlySet<Draft>>): boolean {
  const seen = new Set<Draft>([near]);
  for (const draft of seen) for (const next of behind.get(draft) ?? []) seen.add(next);
  return near !== far && seen.has(far);
}
