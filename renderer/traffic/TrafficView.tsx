/** The traffic view: toolbar, table, details below or beside it. */
import { useRef, type JSX } from 'react';
import { FirstRun } from '../connect/FirstRun.tsx';
import { useTexts } from '../i18n/index.ts';
import { setPrefs, usePrefs } from '../state/prefs.ts';
import { useTrafficUi } from '../state/selection.ts';
import { useSessions } from '../state/sessions.ts';
import { useTraffic } from '../state/traffic.ts';
import { Splitter } from '../kit/Splitter.tsx';
import { HitHint } from './hints/HitHint.tsx';
import { KeysHint } from './KeysHint.tsx';
import { Summary } from './Summary.tsx';
import { Toolbar } from './Toolbar.tsx';
import { TrafficTable } from './TrafficTable.tsx';
import { part } from '../ui/part.tsx';
import './traffic.css';

const SessionBar = part(async () => (await import('../sessions/SessionBar.tsx')).SessionBar);
const DetailPane = part(async () => (await import('../explain/DetailPane.tsx')).DetailPane);
const HostTree = part(async () => (await import('./tree/HostTree.tsx')).HostTree);

/** Room the table keeps when the details are dragged large, px. */
const TABLE_MIN = 120;
const PANE_MIN = 160;

export function TrafficView(): JSX.Element {
  const t = useTexts();
  const placement = usePrefs((state) => state.placement);
  const size = usePrefs((state) => (state.placement === 'bottom' ? state.paneBottom : state.paneSide));
  const tree = usePrefs((state) => state.tree);
  const treeSize = usePrefs((state) => state.paneTree);
  const open = useTrafficUi((state) => state.detailsOpen && state.current !== null);
  const empty = useTraffic((state) => state.total === 0);
  const none = useTraffic((state) => state.total > 0 && state.shown === 0);
  const session = useSessions((state) => state.shown);
  const files = useSessions((state) => state.opened.length > 0);
  const area = useRef<HTMLDivElement>(null);

  function resize(next: number): void {
    const rect = area.current?.getBoundingClientRect();
    const room = (placement === 'bottom' ? rect?.height : rect?.width) ?? 800;
    const fits = Math.min(next, Math.max(PANE_MIN, room - TABLE_MIN));
    setPrefs(placement === 'bottom' ? { paneBottom: fits } : { paneSide: fits });
  }

  return (
    <main className="view traffic" aria-label={t.app.views.traffic}>
      {files && <SessionBar />}
      <Toolbar />
      {empty && session === null ? (
        <FirstRun />
      ) : (
        <>
          <div className="with-tree">
            {tree && (
              <>
                <div className="tree-pane" style={{ width: treeSize }}>
                  <HostTree />
                </div>
                <Splitter
                  direction="vertical"
                  label={t.traffic.tree}
                  size={treeSize}
                  min={140}
                  max={600}
                  before
                  onSize={(paneTree) => setPrefs({ paneTree })}
                />
              </>
            )}
            <div ref={area} className={`split ${placement}`}>
              <div className="traffic-list">
                <TrafficTable />
                {none && <div className="t-none">{t.traffic.noMatch}</div>}
                <Summary />
                {!open && <KeysHint />}
                {session === null && <HitHint />}
              </div>
              {open && (
                <>
                  <Splitter
                    direction={placement === 'bottom' ? 'horizontal' : 'vertical'}
                    label={t.detail.pane}
                    size={size}
                    min={PANE_MIN}
                    max={2000}
                    onSize={resize}
                  />
                  <div className="split-pane" style={placement === 'bottom' ? { height: size } : { width: size }}>
                    <DetailPane key={session} />
                  </div>
                </>
              )}
            </div>
          </div>
        </>
      )}
    </main>
  );
}
