/** The cache outcome: in a list a dot and its word, loud only where it is not a hit; elsewhere a badge with a shape of its own. */
import { memo, type JSX } from 'react';
import type { ExchangeKind, ExchangeState, Outcome } from '../../proxy-core/contract/exchange.ts';
import { Icon, type IconName } from './icons.tsx';
import './outcome.css';

export type ShownOutcome = Outcome | 'PENDING' | 'TUNNEL' | 'NONE';

const ICONS: Record<ShownOutcome, IconName> = {
  HIT: 'HIT',
  STALE: 'STALE',
  REVALIDATED: 'REVALIDATED',
  MISS: 'MISS',
  BYPASS: 'BYPASS',
  ERROR: 'ERROR',
  PENDING: 'PENDING',
  NONE: 'PENDING',
  TUNNEL: 'TUNNEL',
};
/** What a row is shown as; a tunnel keeps its BYPASS outcome in data and filters. */
export function shownOutcome(row: { kind: ExchangeKind; state?: ExchangeState; outcome?: Outcome }): ShownOutcome {
  if (row.kind === 'tunnel' && (row.outcome === undefined || row.outcome === 'BYPASS')) return 'TUNNEL';
  return row.outcome ?? (row.state === 'done' ? 'NONE' : 'PENDING');
}

export const OutcomeBadge = memo(function OutcomeBadge({
  outcome,
  notStored,
}: {
  outcome: ShownOutcome;
  /** Words for a miss whose answer is not kept; none where it is, or may be. */
  notStored?: string | undefined;
}): JSX.Element {
  return (
    <span
      className={`outcome o-${outcome.toLowerCase()}`}
      title={notStored === undefined ? outcome : `${outcome}, ${notStored}`}
    >
      <Icon name={ICONS[outcome]} size={12} />
      <span>{outcome}</span>
      {notStored !== undefined && (
        <span className="not-stored" data-testid="not-stored">
          <Icon name="notStored" size={11} />
          <span>{notStored}</span>
        </span>
      )}
    </span>
  );
});

/** REVALIDATED is long for a narrow column; the full word is in its title and the details. */
const WORDS: Record<ShownOutcome, string> = {
  HIT: 'HIT',
  STALE: 'STALE',
  REVALIDATED: 'REVALID',
  MISS: 'MISS',
  BYPASS: 'BYPASS',
  ERROR: 'ERROR',
  PENDING: '…',
  // Captured by a program without such a cache.
  NONE: '–',
  TUNNEL: 'TUNNEL',
};

/** For a cell: a dot, the word, and why as its second word. */
export function OutcomeWord({
  outcome,
  reason,
  code,
  notStored,
}: {
  outcome: ShownOutcome;
  /** In words. */
  reason: string;
  /** What filters and events call it. */
  code: string | undefined;
  notStored: string | undefined;
}): JSX.Element {
  const title = [outcome, reason, code, notStored].filter(Boolean).join(', ');
  return (
    <span className={`outcome-word o-${outcome.toLowerCase()}`} title={title}>
      <span className="outcome-dot" aria-hidden="true" />
      <span className="outcome-name">{WORDS[outcome]}</span>
      <span className="outcome-reason cut">{reason}</span>
      {notStored !== undefined && (
        <span className="not-stored" data-testid="not-stored">
          <Icon name="notStored" size={11} />
          <span className="hidden-text">{notStored}</span>
        </span>
      )}
    </span>
  );
}
