/** One exchange in full: a banner with the outcome in one sentence, and its tabs. */
import { useEffect, useMemo, useState, type JSX } from 'react';
import { isNotStored } from '../../proxy-core/contract/explain/not-stored.ts';
import type { ExchangeDetail, ExchangeKind } from '../../proxy-core/contract/exchange.ts';
import { call } from '../connection/core.ts';
import { useTexts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { usePrefs } from '../state/prefs.ts';
import { forgetJump, jumpBack, useJump } from '../state/jump.ts';
import { closeDetails, selectOnly, showEntry, useTrafficUi } from '../state/selection.ts';
import { list, ring, rowOf, useTraffic } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { Boundary } from '../ui/Boundary.tsx';
import { useAnswer, useTicks } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { OutcomeBadge, shownOutcome } from '../ui/Outcome.tsx';
import { Tabs } from '../kit/Tabs.tsx';
import { sizeText } from '../traffic/cells.tsx';
import { clip, formatDuration } from '../ui/format.ts';
import { CertificateNote } from './CertificateNote.tsx';
import { RefusalNote } from './RefusalNote.tsx';
import { ChainTab } from './chain/ChainTab.tsx';
import { countContradictions } from './chain/picture.ts';
import { ConnectionTab } from './ConnectionTab.tsx';
import { BackButton, onEscapeBack } from './evidence/use-jump-back.tsx';
import { MessageTab } from './MessageTab.tsx';
import { MessagesTab } from './MessagesTab.tsx';
import { explainReason } from './texts.ts';
import { TimingTab } from './TimingTab.tsx';
import { WhyTab } from './WhyTab.tsx';
import './detail.css';

type TabId = 'why' | 'chain' | 'request' | 'response' | 'messages' | 'timing' | 'connection';
/** Of what is no exchange of HTTP, and of nothing. */
const PLAIN: readonly TabId[] = ['why', 'request', 'response', 'timing', 'connection'];
const TABS: Record<ExchangeKind, readonly TabId[]> = {
  http: ['why', 'chain', 'request', 'response', 'timing', 'connection'],
  tunnel: PLAIN,
  websocket: ['why', 'request', 'response', 'messages', 'timing', 'connection'],
};

function moveBy(step: number): void {
  const { current } = useTrafficUi.getState();
  const key = current === null ? undefined : list.keyAt(list.indexOf(current) + step);
  if (key !== undefined) selectOnly(key);
}

export function Banner({ row, detail }: { row: TrafficRow; detail: ExchangeDetail | null }): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const { entryId } = row;
  const outcome = shownOutcome(row);
  const sentence =
    row.reason === undefined
      ? t.pending
      : explainReason(language, row.reason, detail?.facts ?? {}, detail?.neighbour, row.outcome);
  return (
    <div className={`d-banner o-${outcome.toLowerCase()}`}>
      <div className="d-line">
        <OutcomeBadge outcome={outcome} full notStored={isNotStored(row) ? t.notStored : undefined} />
        <span className="d-method">{clip(row.method)}</span>
        <span className="d-url cut" title={clip(row.url)}>
          {clip(row.url)}
        </span>
        <span className="d-facts">
          {row.status !== undefined && <strong>{row.status}</strong>}
          {row.status !== undefined && <span>{sizeText(row)}</span>}
          {row.durationMs !== undefined && <span>{formatDuration(row.durationMs)}</span>}
        </span>
        {entryId !== undefined && ring.isLive(row.key) && (
          <button type="button" className="button" onClick={() => showEntry(entryId)}>
            <Icon name="cache" size={14} />
            {t.detail.openEntry}
          </button>
        )}
        <button
          type="button"
          className="button quiet icon-only"
          aria-label={t.detail.previous}
          title={t.detail.previous}
          onClick={() => moveBy(-1)}
        >
          <Icon name="chevronUp" />
        </button>
        <button
          type="button"
          className="button quiet icon-only"
          aria-label={t.detail.next}
          title={t.detail.next}
          onClick={() => moveBy(1)}
        >
          <Icon name="chevronDown" />
        </button>
        <button
          type="button"
          className="button quiet icon-only"
          aria-label={t.app.close}
          title={`${t.app.close} (Esc)`}
          onClick={closeDetails}
        >
          <Icon name="close" />
        </button>
      </div>
      <p className="d-sentence">{sentence}</p>
      {detail?.errorText !== undefined && <p className="d-error">{detail.errorText}</p>}
      <CertificateNote row={row} />
      <RefusalNote row={row} detail={detail} />
    </div>
  );
}

export function DetailPane(): JSX.Element | null {
  const t = useTexts();
  const [wanted, setTab] = useState<TabId>(() => useJump.getState().returning?.tab ?? 'why');
  const jump = useJump((state) => state.jump);
  const current = useTrafficUi((state) => state.current);
  const connected = useConnection((state) => state.phase === 'connected');
  useTraffic((state) => state.version);
  const row = rowOf(current);
  const live = row !== undefined && ring.isLive(row.key);
  const id = row?.id ?? 0;
  // What is open goes on: an event stream is looked at while it comes.
  const ticks = useTicks(live && row.state === 'open' && row.kind === 'http' ? 1000 : 0);
  // Asked anew when the row's state changes, too; the byte counts of an open row are in the row itself.
  const stage =
    row === undefined ? 0 : ticks * 8 + { pending: 1, open: 2, done: 3, failed: 4, 'client-left': 5 }[row.state];
  const { value: detail, problem } = useAnswer(live && connected ? `exchange-${row.key}` : null, stage, () =>
    call('exchange.get', { id }),
  );
  const place = jump?.from.key === row?.key && jump?.to.kind === 'line' ? jump.to.place : undefined;
  const tabs = row === undefined ? PLAIN : TABS[row.kind];
  const tab = place?.side ?? (tabs.includes(wanted) ? wanted : 'why');
  const contradictions = useMemo(() => (detail === null ? 0 : countContradictions(detail)), [detail]);
  const key = row?.key;
  useEffect(() => {
    const { jump } = useJump.getState();
    if (jump === null) return;
    // Here again by another way than back, or with another exchange.
    if (jump.from.key !== key) forgetJump();
    else if (jump.to.kind === 'stored') jumpBack();
  }, [key]);
  if (row === undefined) return <div className="empty">{t.detail.gone}</div>;

  function changeTab(next: TabId): void {
    forgetJump();
    setTab(next);
  }
  return (
    <section
      className="detail"
      aria-label={t.detail.pane}
      data-testid="detail-pane"
      {...(place !== undefined && { onKeyDown: onEscapeBack })}
    >
      <Boundary of={`${row.key}`}>
        <Banner row={row} detail={detail} />
      </Boundary>
      <Tabs
        label={t.detail.pane}
        tabs={tabs.map((item) => ({
          id: item,
          label: t.detail.tabs[item],
          mark: item === 'chain' && contradictions > 0 && (
            <span className="numbers" title={t.chain.mark(contradictions)}>
              <Icon name="warning" size={12} />
              <span className="hidden-text">{t.chain.mark(contradictions)}</span>
            </span>
          ),
        }))}
        active={tab}
        onChange={changeTab}
        aside={place !== undefined && jump !== null && <BackButton from={jump.from} />}
      >
        {!live ? (
          <div className="empty">{t.traffic.earlierSession}</div>
        ) : detail === null ? (
          <div className="empty">{problem ?? t.app.loading}</div>
        ) : (
          <Boundary of={`${row.key} ${tab}`} raw={() => JSON.stringify(detail, null, 2)}>
            {tab === 'why' ? (
              <WhyTab detail={detail} row={row} />
            ) : tab === 'chain' ? (
              <ChainTab detail={detail} row={row} />
            ) : tab === 'request' || tab === 'response' ? (
              <MessageTab key={`${row.key}-${tab}`} detail={detail} side={tab} place={place} />
            ) : tab === 'messages' ? (
              <MessagesTab key={row.key} row={row} />
            ) : tab === 'timing' ? (
              <TimingTab detail={detail} />
            ) : (
              <ConnectionTab detail={detail} row={row} />
            )}
          </Boundary>
        )}
      </Tabs>
    </section>
  );
}
