/** Puts the cache together: one store, the engine the driver uses, the administration behind the contract's commands. */
import { Administration, type CacheAdmin } from './admin/admin.ts';
import { HttpCache } from './engine.ts';
import type { CacheEngine, CachePolicy } from './plan.ts';
import type { Budget } from './store/entry-store.ts';
import { GuardedTier, type TierOptions } from './tier.ts';
import { MemoryStore } from './store/memory/memory-store.ts';

export type { CacheAdmin } from './admin/admin.ts';

export interface CacheOptions {
  /** The run of the core whose entries these are: it stands in front of their numbers in every answer. */
  session?: string;
  /** Read at each decision, so that settings may change at run time. */
  policy: () => CachePolicy;
  budget: () => Budget;
  /** A second cache, asked when this one has nothing. */
  tier?: TierOptions | undefined;
  /** Unix ms, for questions that come without a time of their own. */
  now?: () => number;
}

/** A cache: for the exchange driver, and for whoever looks into it. */
export function createCacheEngine(options: CacheOptions): CacheEngine & CacheAdmin {
  const store = new MemoryStore(options.budget);
  const { session = 'cache', now = Date.now } = options;
  const tier = options.tier && new GuardedTier(options.tier);
  const engine = new HttpCache(store, options.policy, now, tier);
  const admin = new Administration(store, session, now, tier);
  return {
    planRequest: (request, nowMs) => engine.planRequest(request, nowMs),
    planResponse: (request, plan, response, nowMs) => engine.planResponse(request, plan, response, nowMs),
    planFailure: (request, plan, error, nowMs) => engine.planFailure(request, plan, error, nowMs),
    commit: (ticket, chunks, nowMs) => engine.commit(ticket, chunks, nowMs),
    abandon: (ticket, why) => engine.abandon(ticket, why),
    mayShare: (request, ticket) => engine.mayShare(request, ticket),
    isShareable: (ticket) => engine.isShareable(ticket),
    isOutdated: (ticket) => engine.isOutdated(ticket),
    isOvertaken: (url, plan) => engine.isOvertaken(url, plan),
    mayLookFurther: (request, plan) => engine.mayLookFurther(request, plan),
    lookFurther: (url) => engine.lookFurther(url),
    noteUse: (entry, exchangeId, nowMs) => engine.noteUse(entry, exchangeId, nowMs),
    list: (query) => admin.list(query),
    get: (id) => admin.get(id),
    byKey: (cacheKey) => admin.byKey(cacheKey),
    body: (id) => admin.body(id),
    pin: (id, pinned, nowMs) => admin.pin(id, pinned, nowMs),
    setLifetime: (id, seconds, nowMs) => admin.setLifetime(id, seconds, nowMs),
    makeStale: (id, nowMs) => admin.makeStale(id, nowMs),
    purge: (selector, dryRun, nowMs) => admin.purge(selector, dryRun, nowMs),
    undo: (token, nowMs) => admin.undo(token, nowMs),
    removed: (limit) => admin.removed(limit),
    stats: () => admin.stats(),
    applyBudget: () => admin.applyBudget(),
    validationFor: (id) => admin.validationFor(id),
    validated: (start, answer, nowMs) => admin.validated(start, answer, nowMs),
  };
}
