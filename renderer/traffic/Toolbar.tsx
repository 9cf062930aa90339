/** Above the table: filter, quick chips, pause, capture, clear, columns, placement of the details. */
import { useEffect, useState, type JSX } from 'react';
import { clearCapture, toggleCapture } from '../app/actions.ts';
import { useTexts, type Catalogue } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { setFilterText, setFollow, useTrafficUi } from '../state/selection.ts';
import { openSaving, useSessions } from '../state/sessions.ts';
import { useStats } from '../state/stats.ts';
import { list, setPaused, useTraffic } from '../state/traffic.ts';
import { formatCount, formatRatio } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { MenuButton, type MenuItem } from '../kit/Menu.tsx';
import { columnMenu } from './column-menu.ts';
import { FilterBox } from './FilterBox.tsx';
import { activeChips, toggleChip, type ChipTerm } from '../../proxy-core/contract/filter/edit.ts';

const CHIPS: readonly { term: ChipTerm; tone: string }[] = [
  { term: 'cache:hit', tone: 'o-hit' },
  { term: 'cache:miss', tone: 'o-miss' },
  { term: 'cache:bypass', tone: 'o-bypass' },
  { term: 'is:error', tone: 'o-error' },
];

/** The list is counted through this often at most. */
const RATIO_MS = 1000;

/** The hit ratio of the rows that pass the filter. */
function ShownRatio(): JSX.Element | null {
  const t = useTexts();
  const [{ hits, answered }, setCounted] = useState(() => list.countHits());
  useEffect(() => {
    const timer = setInterval(() => setCounted(list.countHits()), RATIO_MS);
    return () => clearInterval(timer);
  }, []);
  if (answered === 0) return null;
  return (
    <span className="faint count" title={t.traffic.shownRatioHint} data-testid="shown-ratio">
      {t.traffic.summaryRatio(formatRatio(hits, answered))}
    </span>
  );
}

/** Files saved and opened; what does it is loaded then. */
const sessionMenu = (t: Catalogue, connected: boolean, total: number): MenuItem[] => [
  { label: t.traffic.saveHar, disabled: !connected || total === 0, run: () => openSaving(true) },
  {
    label: t.traffic.openHar,
    disabled: !connected,
    run: () => void import('../sessions/open.ts').then(({ chooseFiles }) => chooseFiles()),
  },
];

export function Toolbar(): JSX.Element {
  const t = useTexts();
  const paused = useTraffic((state) => state.paused);
  const waiting = useTraffic((state) => state.waiting);
  const shown = useTraffic((state) => state.shown);
  const total = useTraffic((state) => state.total);
  const dropped = useTraffic((state) => state.dropped);
  const follow = useTrafficUi((state) => state.follow);
  const filterText = useTrafficUi((state) => state.filterText);
  const captureOff = useConnection((state) => state.info?.capturePaused ?? false);
  const connected = useConnection((state) => state.phase === 'connected');
  const missed = useStats((state) => state.latest?.capture.missedWhilePaused ?? 0);
  const tree = usePrefs((state) => state.tree);
  const placement = usePrefs((state) => state.placement);
  const isLive = useSessions((state) => state.shown === null);
  const chips = activeChips(filterText);
  const other = placement === 'bottom' ? 'side' : 'bottom';

  const pauseLabel = paused ? t.traffic.resume : t.traffic.pause;
  return (
    <div className="traffic-bars toolbar">
      <button
        type="button"
        className="button quiet icon-only"
        aria-pressed={tree}
        aria-label={tree ? t.traffic.treeHide : t.traffic.treeShow}
        title={tree ? t.traffic.treeHide : t.traffic.treeShow}
        onClick={() => setPrefs({ tree: !tree })}
      >
        <Icon name="tree" />
      </button>
      <FilterBox />
      <div className="chips" role="group" aria-label={t.traffic.filter}>
        {CHIPS.map(({ term, tone }) => (
          <button
            key={term}
            type="button"
            className={`chip ${tone}`}
            aria-pressed={chips.includes(term)}
            onClick={() => setFilterText(toggleChip(filterText, term))}
          >
            {t.traffic.chips[term]}
          </button>
        ))}
      </div>
      <span className="counts">
        <span className="faint count">
          {shown === total ? t.traffic.count(total) : t.traffic.countOf(formatCount(shown), formatCount(total))}
        </span>
        <ShownRatio key={filterText} />
        {dropped > 0 && (
          <span className="warn-text count" title={t.traffic.droppedHint}>
            {t.traffic.droppedRows(dropped)}
          </span>
        )}
      </span>
      <span className="acts">
        {list.isByArrival && !follow && shown > 0 && (
          <button type="button" className="button quiet" title={t.traffic.newestHint} onClick={() => setFollow(true)}>
            <Icon name="down" size={14} />
            {t.traffic.newest}
          </button>
        )}
        {isLive && (
          <>
            <button
              type="button"
              className={paused ? 'button quiet' : 'button quiet icon-only'}
              aria-pressed={paused}
              aria-label={paused ? undefined : pauseLabel}
              title={`${pauseLabel} (P)`}
              onClick={() => setPaused(!paused)}
            >
              <Icon name={paused ? 'play' : 'pause'} size={14} />
              {paused && pauseLabel}
              {paused && waiting > 0 && <span className="count-badge">{t.traffic.waiting(waiting)}</span>}
            </button>
            <button
              type="button"
              className={`button quiet capture ${captureOff ? 'off' : 'icon-only'}`}
              role="switch"
              aria-checked={!captureOff}
              aria-label={captureOff ? undefined : t.traffic.captureOn}
              disabled={!connected}
              title={captureOff ? t.traffic.captureOffHint : `${t.traffic.captureOn}. ${t.traffic.captureOnHint}`}
              onClick={toggleCapture}
            >
              <Icon name="record" size={14} filled={!captureOff} />
              {captureOff && t.traffic.captureOff}
              {captureOff && missed > 0 && <span className="count-badge">{t.traffic.missed(missed)}</span>}
            </button>
            <button
              type="button"
              className="button quiet icon-only"
              aria-label={t.traffic.clear}
              title={`${t.traffic.clear}: ${t.traffic.clearHint}`}
              disabled={!connected || total === 0}
              onClick={clearCapture}
            >
              <Icon name="trash" size={14} />
            </button>
          </>
        )}
        <MenuButton
          label={t.traffic.sessions}
          className="button quiet icon-only"
          items={() => sessionMenu(t, connected, total)}
        >
          <Icon name="save" size={14} />
        </MenuButton>
        <span className="divider" />
        <MenuButton label={t.traffic.columns} className="button quiet icon-only" items={columnMenu}>
          <Icon name="columns" />
        </MenuButton>
        <button
          type="button"
          className="button quiet icon-only"
          aria-label={t.traffic.placement[other]}
          title={t.traffic.placement[other]}
          onClick={() => setPrefs({ placement: other })}
        >
          <Icon name={other} />
        </button>
      </span>
    </div>
  );
}
