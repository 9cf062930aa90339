/** What does not go together in a chain. */
import type { Chain, ChainHop, Contradiction } from './chain.ts';

/** Caches that ask further give what they got an age of their own making, which may be a second by rounding. */
export const ROUNDING_SECONDS = 1;

/** Lifetimes that differ, responses older than they may be, stores that keep what fields forbid. */
export function contradictionsOf(hops: readonly ChainHop[], age: Chain['age'], asked: boolean): Contradiction[] {
  const out: Contradiction[] = [];
  const bySeconds = new Map<number, number[]>();
  for (let i = hops.length - 1; i >= 0; i--) {
    const { seconds, directive } = hops[i]!.lifetime ?? {};
    // That shared caches and browsers differ is what private says.
    if (seconds === undefined || directive === 'private' || directive === 'response-private') continue;
    const same = bySeconds.get(seconds);
    if (same === undefined) bySeconds.set(seconds, [i]);
    else same.push(i);
  }
  if (bySeconds.size > 1)
    out.push({ kind: 'lifetimes', of: [...bySeconds].map(([seconds, of]) => ({ seconds, hops: of })) });

  for (const [i, hop] of hops.entries()) {
    const { lifetime, ageSeconds } = hop;
    if (hop.kind === 'this') {
      if (
        asked &&
        lifetime !== undefined &&
        lifetime.seconds > 0 &&
        age !== undefined &&
        age.seconds >= lifetime.seconds
      )
        out.push({ kind: 'stale-on-arrival', hop: i, ageSeconds: age.seconds, lifetime });
      continue;
    }
    if (hop.kind !== 'cache' || lifetime === undefined || (hop.state !== 'hit' && hop.state !== 'stale')) continue;
    if (lifetime.directive === 'no-store' || lifetime.directive === 'private')
      out.push({ kind: 'kept-though-forbidden', hop: i, lifetime });
    else if (hop.state === 'hit' && ageSeconds !== undefined && ageSeconds > lifetime.seconds)
      out.push({ kind: 'older-than-lifetime', hop: i, ageSeconds, lifetime });
  }
  const caches = hops.filter(({ kind }) => kind === 'cache');
  const last = hops.length - 1;
  if (age !== undefined && age.hop === undefined && age.seconds > ROUNDING_SECONDS && hops[last]!.state === 'unknown')
    if (asked && caches.length > 0 && caches.every(({ state }) => state !== 'unknown' && state !== 'hit'))
      out.push({ kind: 'age-behind-misses', hop: last, ageSeconds: age.seconds });
  return out;
}
