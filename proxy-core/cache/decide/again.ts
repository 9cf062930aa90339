/**
 * What stands between the same request, sent again, and a hit: facts for the advice, made when a response is judged.
 * Pure.
 */
import type { ReasonCode } from '../../contract/reasons.ts';
import { INVALID, type CacheControl } from '../../http/cache-control.ts';
import type { CachePolicy, CacheRequest, Explained } from '../plan.ts';
import type { StoredFacts } from './candidate.ts';
import { countingControl } from './client-control.ts';

type Facts = Explained['facts'];

/** Requests that found nothing: whether the next one does is for what is stored now. */
export const NOTHING_STORED: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'uri-miss',
  'evicted-by-user',
  'invalidated',
]);

/**
 * Of a response that is stored now. `again`: for how many seconds the same request will be answered with it, 0 for never,
 * and then why not: `asks` the request's own directive, `hinders` the response's no-cache, `lacks` a lifetime (from where: `source`).
 */
export function againFacts(
  request: CacheRequest,
  policy: Pick<CachePolicy, 'ignoreClientControl'>,
  { facts: stored, malformed, targeted }: { facts: StoredFacts; malformed: string | undefined; targeted: boolean },
): Facts {
  const control = countingControl(request.head, policy);
  const age = (stored.storedAtMs - stored.bornAtMs) / 1000;
  const left = stored.lifetimeSeconds - age;
  const asks = askedBy(control, age, left);
  const wish = asks === undefined ? {} : { asks };
  if (stored.noCache)
    return {
      again: 0,
      ...wish,
      hinders: 'no-cache',
      ...(left <= 0 && { lacks: 'lifetime' }),
      ...(targeted && { targeted: 1 }),
    };
  if (left <= 0)
    return {
      again: 0,
      ...wish,
      lacks: 'lifetime',
      source: stored.lifetimeSource,
      ...(malformed !== undefined && { malformed }),
    };
  if (asks !== undefined) return { again: 0, ...wish };
  // Whole seconds that it will be: of less than one there is nothing to say.
  const again = Math.floor(Math.min(left - (control.minFresh ?? 0), (control.maxAge ?? Infinity) - age));
  return again > 0 ? { again } : {};
}

/** The directive of a request under which not even this response would be used. */
export function askedBy(control: Readonly<CacheControl>, age: number, left: number): string | undefined {
  const { maxAge, minFresh } = control;
  if (control.noCache) return control.text === '' ? 'Pragma: no-cache' : 'no-cache';
  if (maxAge !== undefined && (maxAge === INVALID || maxAge <= age)) return 'max-age';
  // A longer lifetime would do for a min-fresh, where there is none.
  return minFresh !== undefined && (minFresh === INVALID || (left > 0 && minFresh >= left)) ? 'min-fresh' : undefined;
}

/** What of a response that is not stored would keep it from a hit. */
export interface Obstacles {
  control: Readonly<CacheControl>;
  /** no-store does not count: the response says must-understand, and its status is understood. */
  isSetAside: boolean;
  varyAny: boolean;
  /** The request had Authorization, and nothing in the response lets it be shared. */
  isUnshared: boolean;
  /** Seconds of its lifetime. */
  left: number;
}

/**
 * Of a response that is not stored: what else in it would keep it from being a hit once the reason is gone. `hinders`
 * lists the directives to leave out, `lacks` what is missing: `lifetime`, `sharing`.
 */
export function besideFacts({ control, isSetAside, varyAny, isUnshared, left }: Obstacles): Facts {
  const hinders: string[] = [];
  if (control.noStore && !isSetAside) hinders.push('no-store');
  if (control.noCache) hinders.push('no-cache');
  if (control.private) hinders.push('private');
  if (varyAny) hinders.push('Vary: *');
  const lacks = [...(left <= 0 ? ['lifetime'] : []), ...(isUnshared ? ['sharing'] : [])];
  return {
    ...(hinders.length > 0 && { hinders: hinders.join(', ') }),
    ...(lacks.length > 0 && { lacks: lacks.join(', ') }),
  };
}
