/** The cache outcome as a badge: word, shape and colour together. */
import { memo, type JSX } from 'react';
import type { ExchangeKind, Outcome } from '../../proxy-core/contract/exchange.ts';
import { Icon, type IconName } from './icons.tsx';
import './outcome.css';

export type ShownOutcome = Outcome | 'PENDING' | 'TUNNEL';

const ICONS: Record<ShownOutcome, IconName> = {
  HIT: 'HIT',
  STALE: 'STALE',
  REVALIDATED: 'REVALIDATED',
  MISS: 'MISS',
  BYPASS: 'BYPASS',
  ERROR: 'ERROR',
  PENDING: 'PENDING',
  TUNNEL: 'TUNNEL',
};
/** REVALIDATED is long for a narrow column; the full word is in the badge's title and the details. */
const WORDS: Record<ShownOutcome, string> = {
  HIT: 'HIT',
  STALE: 'STALE',
  REVALIDATED: 'REVALID',
  MISS: 'MISS',
  BYPASS: 'BYPASS',
  ERROR: 'ERROR',
  PENDING: '…',
  TUNNEL: 'TUNNEL',
};

/** What a row is shown as; a tunnel keeps its BYPASS outcome in data and filters. */
export function shownOutcome(row: { kind: ExchangeKind; outcome?: Outcome }): ShownOutcome {
  if (row.kind === 'tunnel' && (row.outcome === undefined || row.outcome === 'BYPASS')) return 'TUNNEL';
  return row.outcome ?? 'PENDING';
}

export const OutcomeBadge = memo(function OutcomeBadge({
  outcome,
  full = false,
  notStored,
}: {
  outcome: ShownOutcome;
  full?: boolean;
  /** Words for a miss whose answer is not kept; none where it is, or may be. */
  notStored?: string | undefined;
}): JSX.Element {
  return (
    <span
      className={`outcome o-${outcome.toLowerCase()}`}
      title={notStored === undefined ? outcome : `${outcome}, ${notStored}`}
    >
      <Icon name={ICONS[outcome]} size={12} />
      <span>{full ? outcome : WORDS[outcome]}</span>
      {notStored !== undefined && (
        <span className="not-stored" data-testid="not-stored">
          <Icon name="notStored" size={11} />
          <span className={full ? '' : 'hidden-text'}>{notStored}</span>
        </span>
      )}
    </span>
  );
});
