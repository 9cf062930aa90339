/**
 * The exchange that is opened in the details: its row and what the core recorded of it, always of one and the same
 * exchange. What was opened before stays until the next is there, so that nothing flashes empty between two rows.
 */
import type { ExchangeDetail, ExchangeState } from '../../proxy-core/contract/exchange.ts';
import type { ExchangeFix } from '../../proxy-core/contract/fix/fix.ts';
import { call } from '../connection/core.ts';
import { useConnection } from '../state/connection.ts';
import { useTrafficUi } from '../state/selection.ts';
import { ofShown, ring, rowOf, useTraffic } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { useAnswer, useStaying, useTicks } from '../ui/hooks.ts';

/** What is recorded of an exchange, and what would make it a hit; null of a hit, or when nobody could say. */
export interface Recorded {
  /** Of the row. */
  key: number;
  detail: ExchangeDetail;
  fix: ExchangeFix | null;
}

export interface Opened {
  row: TrafficRow | undefined;
  recorded: Recorded | null;
  /** Why nothing is recorded: of an earlier run of the core, or what the core said. */
  problem: 'earlier-session' | { message: string } | null;
}

/** What the answer to "what would make it a hit" depends on beside the exchange. */
const POLICY = [
  'cacheMode',
  'cacheTtlSeconds',
  'maxCacheBodySize',
  'cacheShareAnyway',
  'cdnCacheControl',
  'ignoreClientCacheControl',
] as const;

const STAGE: Record<ExchangeState, number> = { pending: 1, open: 2, done: 3, failed: 4, 'client-left': 5 };
/** An open stream is looked at while it comes, ms. */
const OPEN_EVERY_MS = 1000;

async function askFor({ key, id, outcome }: TrafficRow): Promise<Recorded> {
  const isHit = outcome === undefined || outcome === 'HIT';
  const [detail, fix] = await Promise.all([
    call('exchange.get', { id, ...ofShown() }),
    isHit ? null : call('exchange.fix', { id, ...ofShown() }).catch(() => null),
  ]);
  return { key, detail, fix };
}

/** `alone`: that exchange, whatever is chosen in the list. */
export function useOpened(alone?: number | null): Opened {
  const chosen = useTrafficUi((state) => state.current);
  const current = alone ?? chosen;
  const connected = useConnection((state) => state.phase === 'connected');
  const policy = useConnection((state) => POLICY.map((key) => String(state.settings?.[key].value)).join());
  // A row is replaced when it changes and kept otherwise: other rows draw nothing here.
  const row = useTraffic(() => rowOf(current));
  const live = useTraffic(() => current !== null && ring.isLive(current));
  const asks = row !== undefined && live && connected;
  const ticks = useTicks(asks && row.state === 'open' && row.kind === 'http' ? OPEN_EVERY_MS : 0);
  const key = asks ? `exchange-${row.key}` : null;
  // Asked anew when the row's state changes, too; the byte counts of an open row are in the row itself.
  const version = `${ticks} ${row === undefined ? 0 : STAGE[row.state]} ${policy}`;
  const answer = useAnswer(key, version, () => (row === undefined ? Promise.reject(new Error('no row')) : askFor(row)));
  const recorded = useStaying(key, answer);
  const shown = useTraffic(() => rowOf(recorded?.key ?? null));
  if (recorded !== null && shown !== undefined) return { row: shown, recorded, problem: null };
  if (row !== undefined && !live) return { row, recorded: null, problem: 'earlier-session' };
  return { row, recorded: null, problem: answer.problem === null ? null : { message: answer.problem } };
}
