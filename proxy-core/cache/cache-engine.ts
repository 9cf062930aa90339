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
  /** Asked at the start and by {@link Cache.applyPolicy}. */
  policy: () => CachePolicy;
  budget: () => Budget;
  /** A second cache, asked when this one has nothing. */
  tier?: TierOptions | undefined;
  /** Unix ms, for questions that come without a time of their own. */
  now?: () => number;
}

/** The cache, with its two sides: one for the exchange driver, one for administration. */
export interface Cache extends CacheEngine, CacheAdmin {
  /** Takes over changed settings; bounds that became narrower are for {@link CacheAdmin.applyBudget}. */
  applyPolicy(): void;
}

export function createCacheEngine(options: CacheOptions): Cache {
  const store = new MemoryStore(options.budget);
  const { session = 'cache', now = Date.now } = options;
  const tier = options.tier && new GuardedTier(options.tier);
  const engine = new HttpCache(store, options.policy, now, tier);
  const admin = new Administration(store, session, now, tier);
  return {
    planRequest: engine.planRequest.bind(engine),
    planResponse: engine.planResponse.bind(engine),
    planFailure: engine.planFailure.bind(engine),
    commit: engine.commit.bind(engine),
    explainStored: engine.explainStored.bind(engine),
    abandon: engine.abandon.bind(engine),
    mayShare: engine.mayShare.bind(engine),
    isShareable: engine.isShareable.bind(engine),
    isOutdated: engine.isOutdated.bind(engine),
    isOvertaken: engine.isOvertaken.bind(engine),
    mayLookFurther: engine.mayLookFurther.bind(engine),
    lookFurther: engine.lookFurther.bind(engine),
    noteUse: engine.noteUse.bind(engine),
    list: admin.list.bind(admin),
    search: admin.search.bind(admin),
    ids: admin.ids.bind(admin),
    known: admin.known.bind(admin),
    get: admin.get.bind(admin),
    byKey: admin.byKey.bind(admin),
    body: admin.body.bind(admin),
    pin: admin.pin.bind(admin),
    setLifetime: admin.setLifetime.bind(admin),
    makeStale: admin.makeStale.bind(admin),
    purge: admin.purge.bind(admin),
    undo: admin.undo.bind(admin),
    removed: admin.removed.bind(admin),
    stats: admin.stats.bind(admin),
    applyPolicy: engine.applyPolicy.bind(engine),
    applyBudget: admin.applyBudget.bind(admin),
    validationFor: admin.validationFor.bind(admin),
    validated: admin.validated.bind(admin),
  };
}
