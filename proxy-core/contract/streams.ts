/** Every stream the core feeds: name, parameters, item. */
import type { HeldState } from './breakpoints/held.ts';
import type { ClientsState } from './clients.ts';
import type { CoreInfo } from './commands.ts';
import { CommandError } from './errors.ts';
import type { ExchangeRow } from './exchange.ts';
import type { KafkaStatus } from './kafka.ts';
import type { RulesState } from './rules/rules-state.ts';
import type { OpenedSession } from './sessions.ts';
import type { SettingsSnapshot } from './settings.ts';
import type { StatsSample } from './stats.ts';
import type { SystemProxyState } from './system-proxy.ts';

/**
 * A batch of row updates, at most one per exchange. `firstSeq` continues the previous `lastSeq + 1`, except after rows
 * were dropped for a feed that lagged (`dropped` tells how many). `reset` says: forget what you have, the capture was
 * cleared or your `since` is older than the ring.
 */
export interface TrafficBatch {
  firstSeq: number;
  lastSeq: number;
  rows: ExchangeRow[];
  dropped?: number;
  reset?: true;
  /** Exchanges with an id below this one left the ring. */
  oldestId: number;
}

export interface StreamMap {
  /** Row updates of a session (the live one when none is named) after `since` (0 = the whole ring), then live. The reader acknowledges `lastSeq`. */
  traffic: { params: { since: number; session?: string }; item: TrafficBatch };
  /** One sample a second. */
  stats: { params: Record<string, never>; item: StatsSample };
  settings: { params: Record<string, never>; item: SettingsSnapshot };
  /** Changes of the core's own state: listening, problems, capture. */
  core: { params: Record<string, never>; item: CoreInfo };
  kafka: { params: Record<string, never>; item: KafkaStatus };
  /** Browsers that were started or ended. */
  clients: { params: Record<string, never>; item: ClientsState };
  /** The system proxy switched, by whomever. */
  systemProxy: { params: Record<string, never>; item: SystemProxyState };
  /** The list of rules, when it has changed. */
  rules: { params: Record<string, never>; item: RulesState };
  /** Exchanges that breakpoints hold. Who subscribes is there to let them go on: when the last one ends, all of them do. */
  held: { params: Record<string, never>; item: HeldState };
  /** Sessions out of files: opened, read on, closed. */
  sessions: { params: Record<string, never>; item: { sessions: OpenedSession[] } };
}

export type StreamName = keyof StreamMap;
export type StreamParams<N extends StreamName> = StreamMap[N]['params'];
export type StreamItem<N extends StreamName> = StreamMap[N]['item'];

const none = (): Record<string, never> => ({});

export const STREAM_PARSERS: { [N in StreamName]: (raw: unknown) => StreamParams<N> } = {
  traffic: (raw) => {
    const since = typeof raw === 'object' && raw !== null && 'since' in raw ? raw.since : 0;
    if (typeof since !== 'number' || !Number.isSafeInteger(since) || since < 0)
      throw new CommandError('bad-params', 'since takes a whole number from 0');
    const session = typeof raw === 'object' && raw !== null && 'session' in raw ? raw.session : undefined;
    if (session === undefined || session === null) return { since };
    if (typeof session !== 'string' || session.length > 64)
      throw new CommandError('bad-params', 'session takes text of at most 64 characters');
    return { since, session };
  },
  stats: none,
  settings: none,
  core: none,
  kafka: none,
  clients: none,
  systemProxy: none,
  rules: none,
  held: none,
  sessions: none,
};

/** True for a string that names a stream. */
export function isStreamName(value: unknown): value is StreamName {
  return typeof value === 'string' && Object.hasOwn(STREAM_PARSERS, value);
}

/**
 * What feeds streams. `open` starts a subscription and returns its stop function; `push` delivers one item and answers
 * false when the reader lags. `acknowledge` passes on the reader's progress.
 */
export type StreamSources = {
  [N in StreamName]: (params: StreamParams<N>, push: (item: StreamItem<N>) => void) => StreamSubscription;
};
export interface StreamSubscription {
  stop(): void;
  /** The reader has processed everything up to this mark. */
  acknowledge?(mark: number): void;
}
