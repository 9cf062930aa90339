/** One exchange in full: a banner with the outcome in one sentence, and its tabs. */
import { useEffect, useMemo, useRef, type JSX } from 'react';
import { isNotStored } from '../../proxy-core/contract/explain/not-stored.ts';
import type { ExchangeDetail, ExchangeKind } from '../../proxy-core/contract/exchange.ts';
import type { Place } from '../../proxy-core/contract/explain/evidence/locate.ts';
import { useTexts } from '../i18n/index.ts';
import { chooseExchangeTab, usePanes, type ExchangeTab } from '../state/panes.ts';
import { usePrefs } from '../state/prefs.ts';
import { forgetJump, jumpBack, useJump } from '../state/jump.ts';
import { closeDetails, selectOnly, showEntry, useTrafficUi } from '../state/selection.ts';
import { list, ring } from '../state/traffic.ts';
import type { TrafficRow } from '../state/traffic-ring.ts';
import { Boundary } from '../ui/Boundary.tsx';
import { Icon } from '../ui/icons.tsx';
import { useSize, type Size } from '../ui/use-size.ts';
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
import { MessageTab, showsBoth, type Side } from './message/MessageTab.tsx';
import { MessagesTab } from './MessagesTab.tsx';
import { explainReason } from './texts.ts';
import { TimingTab } from './TimingTab.tsx';
import { useOpened, type Recorded } from './use-opened.ts';
import { WhyTab } from './why/WhyTab.tsx';
import './detail.css';

/** Of what is no exchange of HTTP, and of nothing. */
const PLAIN: readonly ExchangeTab[] = ['why', 'request', 'response', 'timing', 'connection'];
const BOTH: readonly Side[] = ['request', 'response'];
const TABS: Record<ExchangeKind, readonly ExchangeTab[]> = {
  http: ['why', 'chain', 'request', 'response', 'timing', 'connection'],
  tunnel: PLAIN,
  websocket: ['why', 'request', 'response', 'messages', 'timing', 'connection'],
};

/** The tabs in this room: the response's has the request, too, where there is room for both. */
export function tabsFor(
  kind: ExchangeKind,
  wanted: ExchangeTab,
  both: boolean,
): { tabs: readonly ExchangeTab[]; active: ExchangeTab } {
  const all = TABS[kind];
  const tabs = both ? all.filter((tab) => tab !== 'request') : all;
  const fits = both && wanted === 'request' ? 'response' : wanted;
  return { tabs, active: tabs.includes(fits) ? fits : 'why' };
}

function moveBy(step: number): void {
  const { current } = useTrafficUi.getState();
  const key = current === null ? undefined : list.keyAt(list.indexOf(current) + step);
  if (key !== undefined) selectOnly(key);
}

/** To the rows before and after it, and away. */
function Steps(): JSX.Element {
  const t = useTexts();
  return (
    <>
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
    </>
  );
}

export function Banner({
  row,
  detail,
  isAlone = false,
}: {
  row: TrafficRow;
  detail: ExchangeDetail | null;
  /** There is no list beside it to go through. */
  isAlone?: boolean;
}): JSX.Element {
  const t = useTexts();
  const language = usePrefs((state) => state.language);
  const { entryId } = row;
  const outcome = shownOutcome(row);
  const sentence =
    row.reason === undefined
      ? outcome === 'NONE'
        ? t.detail.noTrace
        : t.pending
      : explainReason(language, row.reason, detail?.facts ?? {}, detail?.neighbour, row.outcome);
  return (
    <div className={`d-banner o-${outcome.toLowerCase()}`}>
      <div className="d-line">
        <OutcomeBadge outcome={outcome} notStored={isNotStored(row) ? t.notStored : undefined} />
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
        {!isAlone && <Steps />}
      </div>
      <p className="d-sentence">{sentence}</p>
      {detail?.errorText !== undefined && <p className="d-error">{detail.errorText}</p>}
      <CertificateNote row={row} />
      <RefusalNote row={row} detail={detail} />
    </div>
  );
}

/** What is chosen in the list of traffic, or one exchange `alone`, by its key there. */
export function DetailPane({ alone }: { alone?: number | null }): JSX.Element | null {
  const t = useTexts();
  const wanted = usePanes((state) => state.exchange);
  const jump = useJump((state) => state.jump);
  const { row, recorded, problem } = useOpened(alone);
  const detail = recorded?.detail ?? null;
  const place = jump?.from.key === row?.key && jump?.to.kind === 'line' ? jump.to.place : undefined;
  const pane = useRef<HTMLElement>(null);
  const size = useSize(pane);
  const both = showsBoth(size);
  const { tabs, active } = tabsFor(row?.kind ?? 'tunnel', place?.side ?? wanted, both);
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

  return (
    <section
      ref={pane}
      className="detail"
      aria-label={t.detail.pane}
      data-testid="detail-pane"
      {...(place !== undefined && { onKeyDown: onEscapeBack })}
    >
      <Boundary of={`${row.key}`}>
        <Banner row={row} detail={detail} isAlone={alone !== undefined} />
      </Boundary>
      <Tabs
        label={t.detail.pane}
        tabs={tabs.map((item) => ({
          id: item,
          label: t.detail.tabs[both && item === 'response' ? 'both' : item],
          mark: item === 'chain' && contradictions > 0 && (
            <span className="numbers" title={t.chain.mark(contradictions)}>
              <Icon name="warning" size={12} />
              <span className="hidden-text">{t.chain.mark(contradictions)}</span>
            </span>
          ),
        }))}
        active={active}
        onChange={(next) => {
          forgetJump();
          chooseExchangeTab(next);
        }}
        aside={place !== undefined && jump !== null && <BackButton from={jump.from} />}
        panel={(of) =>
          recorded === null ? (
            <div className="empty">
              {problem === 'earlier-session' ? t.traffic.earlierSession : (problem?.message ?? t.app.loading)}
            </div>
          ) : (
            <Boundary of={`${row.key}`} raw={() => JSON.stringify(recorded.detail, null, 2)}>
              <TabContent tab={of} row={row} recorded={recorded} size={size} place={place} />
            </Boundary>
          )
        }
      />
    </section>
  );
}

function TabContent({
  tab,
  row,
  recorded: { detail, fix },
  size,
  place,
}: {
  tab: ExchangeTab;
  row: TrafficRow;
  recorded: Recorded;
  size: Size | null;
  place: Place | undefined;
}): JSX.Element {
  switch (tab) {
    case 'why':
      return <WhyTab detail={detail} fix={fix} row={row} />;
    case 'chain':
      return <ChainTab detail={detail} row={row} />;
    case 'request':
    case 'response':
      return <MessageTab detail={detail} sides={showsBoth(size) ? BOTH : [tab]} size={size} place={place} />;
    case 'messages':
      return <MessagesTab key={row.key} row={row} />;
    case 'timing':
      return <TimingTab detail={detail} />;
    case 'connection':
      return <ConnectionTab detail={detail} row={row} />;
  }
}
