/** A mirror with the real client library, for tests over real sockets. Waits are for states, never for times. */
import { vi } from 'vitest';
import type { EventRecord } from '../../contract/event-record.ts';
import type { KafkaStatus } from '../../contract/kafka.ts';
import { defaultSettings } from '../../contract/setting-specs.ts';
import type { Settings } from '../../contract/settings.ts';
import { createKafkajsClient } from '../kafkajs-client.ts';
import type { KafkajsLimits } from '../kafkajs-connection.ts';
import { createKafkaMirror, type KafkaMirror } from '../mirror.ts';
import { makeRecord, recordSource } from './make-record.ts';

/** For brokers that stay silent by design; a busy one would be taken for silent. */
export const IMPATIENT: KafkajsLimits = { connectMs: 2000, requestMs: 300, metadataMaxAgeMs: 500 };

export interface MirrorUnderTest {
  mirror: KafkaMirror<EventRecord>;
  settings: Settings;
  logged: string[];
  /** Offers `count` records numbered from `from`. */
  offer: (from: number, count: number) => void;
  /** Resolves when the status fits; fails with the last status when it never does. */
  until: (what: string, fits: (status: KafkaStatus) => boolean) => Promise<void>;
}

/** Creates one; the caller stops it. */
export function makeMirrorUnderTest(
  overrides: Partial<Settings>,
  limits: Partial<KafkajsLimits> = {},
): MirrorUnderTest {
  const settings: Settings = { ...defaultSettings(), kafkaEnabled: true, ...overrides };
  const logged: string[] = [];
  const mirror = createKafkaMirror({
    source: recordSource,
    settings: () => settings,
    now: Date.now,
    log: (_, message) => void logged.push(message),
    onStatus: () => undefined,
    client: createKafkajsClient(limits),
  });
  return {
    mirror,
    settings,
    logged,
    offer(from, count) {
      for (let number = from; number < from + count; number += 1) mirror.offer(makeRecord(number));
    },
    until: (what, fits) =>
      vi.waitFor(
        () => {
          const status = mirror.status();
          if (!fits(status)) throw new Error(`not ${what}: ${JSON.stringify(status)}`);
        },
        { timeout: 30_000, interval: 10 },
      ),
  };
}

/** The promise of `ledger.ts` as one number that must be 0. */
export function missing({ offered, queued, inFlight, sent, failed, dropped }: KafkaStatus): number {
  return offered - queued - inFlight - sent - failed - dropped;
}
