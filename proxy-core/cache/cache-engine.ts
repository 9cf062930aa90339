/** Puts the cache together: one store, the engine the driver uses, the administration behind the contract's commands. */
import { HttpCache } from './engine.ts';
import type { CacheEngine, CachePolicy } from './plan.ts';
import { CacheStore, type Budget } from './store.ts';

export interface CacheOptions {
  /** Read at each decision, so that settings may change at run time. */
  policy: () => CachePolicy;
  budget: () => Budget;
}

export function createCacheEngine(options: CacheOptions): CacheEngine {
  const store = new CacheStore(options.budget);
  return new HttpCache(store, options.policy);
}
