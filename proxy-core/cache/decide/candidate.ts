/** A stored response as decisions see it: plain data, whatever store it lies in. */
import type { TraceStep } from '../../contract/reasons.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Head } from '../../http/head.ts';
import type { ContentRange } from '../../http/ranges.ts';
import type { Explained } from '../plan.ts';
import type { LifetimeSource } from './freshness.ts';
import type { VaryKey } from './vary.ts';

/** The facts of a stored response that decisions need; plain data. */
export interface StoredFacts {
  status: number;
  fields: FieldList;
  varyBy: VaryKey;
  /** Current age is now minus this (RFC 9111 §4.2.3). */
  bornAtMs: number;
  /** When stored or last validated. */
  storedAtMs: number;
  lifetimeSeconds: number;
  lifetimeSource: LifetimeSource;
  /** Windows after the lifetime; undefined when not given. */
  swrSeconds: number | undefined;
  sieSeconds: number | undefined;
  noCache: boolean;
  mustRevalidate: boolean;
  headOnly: boolean;
  partial: boolean;
}

/** A stored response as request decisions see it. */
export interface Candidate extends StoredFacts {
  /** Over `fields`. */
  readonly head: Head;
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
  readonly contentRange: ContentRange | undefined;
  /** Content bytes as received. */
  readonly bodyBytes: number;
  /** The explanation of the last hit, reused while the age is the same, so that the hits of one second share it. */
  freshExplanation?: FreshExplanation | undefined;
}

/** Facts and trace of a hit, and the age they were made at. Not to be changed. */
interface FreshExplanation {
  readonly age: string | number;
  readonly facts: Explained['facts'];
  readonly trace: TraceStep[];
}
