/** A driver with the real cache and the real capture, between a scripted front and origins that are data, on a clock of its own. */
import { createCacheEngine } from '../../../cache/cache-engine.ts';
import { makePolicy } from '../../../cache/testkit/make.ts';
import { MemoryTier } from '../../../cache/testkit/memory-tier.ts';
import { LiveSession } from '../../../capture/live-session.ts';
import { FaultLog } from '../../../contract/faults.ts';
import { HeldBytes } from '../../fetch/body-fan.ts';
import { ScriptedFront } from '../../front/testkit/scripted-front.ts';
import type { OriginClient } from '../../origin/origin-client.ts';
import { ExchangeDriver } from '../driver.ts';
import { guardObserver } from '../guarded-log.ts';
import type { Stages } from '../stages.ts';

/** Bounds worth another value. */
export interface WorldBounds {
  /** Requests' no-cache and the like are set aside. */
  ignoreClientControl?: boolean;
  /** CDN-Cache-Control is honoured. */
  cdnCacheControl?: boolean;
  maxBodyBytes?: number;
  /** Default lifetime, or the fixed one; seconds. */
  ttlSeconds?: number;
  finishAbandonedBytes?: number;
  heldBytes?: number;
  /** Entries the cache may have. */
  capacity?: number;
  mode?: 'standard' | 'fixed-ttl' | 'off';
  /** With a second cache behind it. */
  tier?: boolean;
}

/** The only host that is this proxy itself. */
const SELF = 'self.test';

export function openDriverWorld(client: OriginClient, bounds: WorldBounds = {}, stages?: Stages) {
  let nowMs = Date.UTC(2026, 0, 1);
  const now = (): number => nowMs;
  const failed: string[] = [];
  const faults = new FaultLog(() => undefined);
  const report = (where: string, error: unknown): void => {
    failed.push(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    faults.report(where, error);
  };
  const session = new LiveSession({
    sessionId: 's',
    now,
    maxRows: () => 1000,
    maxBytes: () => 1e7,
    maxBodyBytes: () => 1e6,
    maxBodyBytesOne: () => 1e4,
    report,
  });
  const engine = createCacheEngine({
    policy: () =>
      makePolicy({
        mode: bounds.mode ?? 'standard',
        ttlSeconds: bounds.ttlSeconds ?? 60,
        maxBodyBytes: bounds.maxBodyBytes ?? 100_000,
        ignoreClientControl: bounds.ignoreClientControl ?? false,
        cdnCacheControl: bounds.cdnCacheControl ?? false,
      }),
    budget: () => ({ capacity: bounds.capacity ?? 100, maxBytes: 1e6 }),
    ...(bounds.tier === true && { tier: { tier: new MemoryTier(), report } }),
  });
  const held = new HeldBytes(bounds.heldBytes ?? 1e6);
  const driver = new ExchangeDriver({
    engine,
    client,
    observer: guardObserver(session, report),
    now,
    wallOffsetMs: () => 0,
    held,
    finishAbandonedBytes: () => bounds.finishAbandonedBytes ?? 0,
    patienceSeconds: () => 60,
    statusFields: () => true,
    via: (version) => `${version} test`,
    instance: 'nobody',
    address: () => 'here',
    isSelf: (host) => host === SELF,
    isSecret: () => false,
    report,
    stages,
  });
  const front = new ScriptedFront({
    onRequest: (request) => driver.handle(request),
    onConnect: () => undefined,
    onUpgrade: () => undefined,
    onMalformed: () => undefined,
    onFault: report,
    readPatienceMs: () => 60_000,
  });
  return {
    now,
    /** Lets time pass, ms. */
    advance: (ms: number): void => {
      nowMs += ms;
    },
    faults,
    /** What was reported: where and what. Whoever reads it may empty it. */
    failed,
    session,
    engine,
    held,
    driver,
    front,
    /** Exchanges that have not ended. */
    inFlight: (): number => session.totals.inFlight,
  };
}
