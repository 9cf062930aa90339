/** What the chain says of each hop beside what the relays saw. */
import type { ChainHop, HopState } from '../../proxy-core/contract/chain/chain.ts';
import type { CacheName } from './caches.ts';
import type { Seen } from './tap.ts';

export interface Verdict {
  /** Caches in their real order, then the origin. */
  cells: { says: string; did: string; fits: 'yes' | 'no' | 'silent' }[];
  /** `said`: by fields, and right. `supposed`: right by chance. `not known`: the supposed one is not the real one. */
  order: 'said' | 'supposed' | 'not known' | 'wrong' | '-';
}

/** `seen[i]` is what came to cache i, the last one what came to the origin. */
export function judge(caches: readonly CacheName[], hops: readonly ChainHop[], seen: readonly Seen[]): Verdict {
  const found = hops.slice(2, -1);
  const taken = new Set<ChainHop>();
  const mine = caches.map((cache) => {
    const hop = found.find((one) => one.product === cache && !taken.has(one));
    if (hop !== undefined) taken.add(hop);
    return hop;
  });
  const cells: Verdict['cells'] = caches.map((_, i) => {
    const did = act(seen[i]!, seen[i + 1]!);
    const hop = mine[i];
    if (hop === undefined) return { says: '-', did, fits: 'silent' as const };
    const says = hop.reached === false ? 'not asked' : hop.state;
    return { says, did, fits: fits(hop, did) };
  });
  const origin = hops.at(-1)!;
  const asked = seen.at(-1)!.requests > 0;
  cells.push({
    says: origin.state,
    did: asked ? 'asked' : 'not asked',
    fits: origin.state === 'unknown' ? 'silent' : (origin.state === 'asked') === asked ? 'yes' : 'no',
  });
  return { cells, order: orderOf(found, mine) };
}

/** Whether the order is the real one; where no field says it, a wrong one is no claim. */
function orderOf(found: readonly ChainHop[], mine: readonly (ChainHop | undefined)[]): Verdict['order'] {
  const known = mine.filter((hop) => hop !== undefined);
  if (known.length < 2) return '-';
  const rises = (hops: readonly ChainHop[]): boolean =>
    hops.every((hop, i) => i === 0 || found.indexOf(hops[i - 1]!) < found.indexOf(hop));
  if (!rises(known.filter(({ place }) => place === 'said'))) return 'wrong';
  if (known.every(({ place }) => place === 'said')) return 'said';
  return rises(known) ? 'supposed' : 'not known';
}

type Did = 'not asked' | 'answered' | 'revalidated' | 'forwarded';

function act(here: Seen, next: Seen): Did {
  if (here.requests === 0) return 'not asked';
  if (next.requests === 0) return 'answered';
  return next.notModified > 0 ? 'revalidated' : 'forwarded';
}

/** States that may be said of what was done; a general word is not wrong. */
const MAY: Readonly<Record<Did, readonly HopState[]>> = {
  'not asked': [],
  answered: ['hit', 'stale', 'generated'],
  revalidated: ['revalidated', 'forwarded', 'expired'],
  forwarded: ['miss', 'forwarded', 'expired', 'bypass', 'dynamic'],
};

function fits(hop: ChainHop, did: Did): 'yes' | 'no' | 'silent' {
  if (hop.reached === undefined || hop.state === 'unknown') return 'silent';
  if (hop.reached === false) return did === 'not asked' ? 'yes' : 'no';
  if (hop.mayHaveAsked && did === 'revalidated') return 'yes';
  return MAY[did].includes(hop.state) ? 'yes' : 'no';
}
