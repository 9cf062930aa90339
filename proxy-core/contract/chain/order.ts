/** Puts hops in their order: by what fields say of it, where they say nothing by where such products usually stand. */
import type { Draft } from './drafts.ts';
import { PRODUCTS } from './products.ts';

/** Caches nobody names stand between those of the network and those of a server. */
const NAMELESS = 5;

const rankOf = ({ kind, product }: Draft): number =>
  product !== undefined ? PRODUCTS[product].rank : kind === 'application' ? 9 : NAMELESS;

/** Hops from the client on, and what fields say of two of them. */
export interface Order {
  drafts: readonly Draft[];
  /** True where fields say, over any number of hops, that `far` is behind `near`; false where they do not. */
  isBehind: (near: Draft, far: Draft) => boolean;
  /** Hops that no field relates to those that most fields speak of: their places are supposed. */
  floating: ReadonlySet<Draft>;
}

/** `said`: pairs that stand so in some field. */
export function inOrder(drafts: readonly Draft[], said: readonly (readonly [near: Draft, far: Draft])[]): Order {
  // Caches of an application stand inside the origin: behind everything else.
  const applications = drafts.filter(({ kind }) => kind === 'application');
  const next = new Map<Draft, Set<Draft>>(drafts.map((draft) => [draft, new Set<Draft>()]));
  for (const [near, far] of said) if (near !== far) next.get(near)?.add(far);
  for (const draft of drafts)
    if (draft.kind !== 'application') for (const application of applications) next.get(draft)!.add(application);
  const behind = new Map(drafts.map((draft) => [draft, allBehind(draft, next)]));

  const left = new Set(drafts);
  const out: Draft[] = [];
  while (left.size > 0) {
    const held = new Set<Draft>();
    for (const near of left) for (const far of next.get(near)!) held.add(far);
    const free = [...left].filter((draft) => !held.has(draft));
    // Fields that contradict each other make a ring: then the usual place decides.
    const from = free.length > 0 ? free : [...left];
    const nearest = from.reduce((best, draft) => (rankOf(draft) < rankOf(best) ? draft : best));
    out.push(nearest);
    left.delete(nearest);
  }
  const isBehind = (near: Draft, far: Draft): boolean => behind.get(near)!.has(far) && !behind.get(far)!.has(near);
  return { drafts: out, isBehind, floating: floatingOf(out, isBehind) };
}

/** Hops in groups of those that fields relate; all but the largest group, or all when none is. */
function floatingOf(drafts: readonly Draft[], isBehind: Order['isBehind']): ReadonlySet<Draft> {
  let groups: Draft[][] = [];
  for (const draft of drafts) {
    if (draft.kind === 'application') continue;
    const related = groups.filter((group) => group.some((other) => isBehind(other, draft) || isBehind(draft, other)));
    groups = [...groups.filter((group) => !related.includes(group)), [...related.flat(), draft]];
  }
  const most = Math.max(0, ...groups.map(({ length }) => length));
  const largest = groups.filter(({ length }) => length === most);
  return new Set(groups.filter((group) => largest.length > 1 || group !== largest[0]).flat());
}

function allBehind(near: Draft, next: ReadonlyMap<Draft, ReadonlySet<Draft>>): ReadonlySet<Draft> {
  const seen = new Set<Draft>();
  const open = [near];
  for (let draft = open.pop(); draft !== undefined; draft = open.pop())
    for (const far of next.get(draft) ?? [])
      if (!seen.has(far)) {
        seen.add(far);
        open.push(far);
      }
  return seen;
}
