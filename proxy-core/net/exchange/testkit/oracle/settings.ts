/** Settings of a scenario that decisions depend on. */
export interface Settings {
  mode: 'standard' | 'fixed-ttl' | 'off';
  /** Default lifetime, or the fixed one; 0 for none. */
  ttlSeconds: number;
  maxBodyBytes: number;
  ignoreClientControl: boolean;
  cdnCacheControl: boolean;
  /** Entries the cache may have. */
  capacity: number;
  finishAbandonedBytes: number;
}
