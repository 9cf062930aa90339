/** The window: rail, top bar, banner, one view, and what floats above. */
import { Activity, useState, type ComponentType, type JSX } from 'react';
import { useExplain } from '../connect/actions.ts';
import { useTexts } from '../i18n/index.ts';
import { Kit } from '../kit/Kit.tsx';
import { useConnection } from '../state/connection.ts';
import { useHeld } from '../state/held.ts';
import { useSessions } from '../state/sessions.ts';
import { useCacheUi } from '../state/selection.ts';
import { useComparing } from '../state/comparing.ts';
import { usePrefs, type View } from '../state/prefs.ts';
import { TrafficView } from '../traffic/TrafficView.tsx';
import { Boundary } from '../ui/Boundary.tsx';
import { part } from '../ui/part.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { Rail } from './Rail.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';
import { useShortcuts, type Overlay } from './shortcuts.ts';
import { useSystemProxy } from './system-proxy.ts';
import './app.css';

// Traffic comes with the page, the others when they are looked at.
const VIEWS: Record<View, ComponentType> = {
  traffic: TrafficView,
  cache: part(async () => (await import('../cache/CacheView.tsx')).CacheView),
  statistics: part(async () => (await import('../statistics/StatisticsView.tsx')).StatisticsView),
  rules: part(async () => (await import('../rules/RulesView.tsx')).RulesView),
  compose: part(async () => (await import('../compose/ComposeView.tsx')).ComposeView),
  connect: part(async () => (await import('../connect/ConnectView.tsx')).ConnectView),
  settings: part(async () => (await import('../settings/SettingsView.tsx')).SettingsView),
};

const CommandPalette = part(async () => (await import('./CommandPalette.tsx')).CommandPalette);
const HeldBar = part(async () => (await import('../held/HeldBar.tsx')).HeldBar);
const TokenForm = part(async () => (await import('./TokenForm.tsx')).TokenForm);
const KeysHelp = part(async () => (await import('./KeysHelp.tsx')).KeysHelp);

const CompareDialog = part(async () => (await import('../compare/CompareDialog.tsx')).CompareDialog);
const PurgeDialogHost = part(async () => (await import('../cache/PurgeDialog.tsx')).PurgeDialogHost);
const ExplainDialog = part(async () => (await import('../connect/ExplainDialog.tsx')).ExplainDialog);
const SaveDialog = part(async () => (await import('../sessions/host.ts')).SaveDialog);
const SystemProxyDialog = part(async () => (await import('./SystemProxyDialog.tsx')).SystemProxyDialog);

/** Those that any view may ask for. */
function Dialogs(): JSX.Element {
  const comparing = useComparing((state) => state.pair !== null);
  const purge = useCacheUi((state) => state.dialog !== null);
  const explain = useExplain((state) => state.mode !== null);
  const systemProxy = useSystemProxy((state) => state.dialog !== null);
  const saving = useSessions((state) => state.saving);
  return (
    <>
      {comparing && <CompareDialog />}
      {purge && <PurgeDialogHost />}
      {explain && <ExplainDialog />}
      {systemProxy && <SystemProxyDialog />}
      {saving && <SaveDialog />}
    </>
  );
}

/** A view that was opened stays as it was left, unseen and at rest: it hears of nothing and asks for nothing until it is shown again. */
function KeptViews({ view }: { view: View }): JSX.Element {
  const [kept, setKept] = useState<{ shown: View; openings: ReadonlyMap<View, number> }>({
    shown: view,
    openings: new Map([[view, 1]]),
  });
  let { openings } = kept;
  if (kept.shown !== view) {
    openings = new Map(openings).set(view, (openings.get(view) ?? 0) + 1);
    setKept({ shown: view, openings });
  }
  return (
    <>
      {[...openings].map(([id, opening]) => {
        const Shown = VIEWS[id];
        return (
          <Activity key={id} mode={id === view ? 'visible' : 'hidden'}>
            {/* One that broke is tried anew when it is opened again. */}
            <Boundary of={`${id} ${opening}`}>
              <Shown />
            </Boundary>
          </Activity>
        );
      })}
    </>
  );
}

export function App(): JSX.Element {
  const t = useTexts();
  const view = usePrefs((prefs) => prefs.view);
  const refused = useConnection((state) => state.phase === 'refused');
  const isHolding = useHeld(({ held, open }) => held.length > 0 || open !== null);
  const [overlay, setOverlay] = useState<Overlay>(null);
  useShortcuts(setOverlay);
  return (
    <Kit words={{ close: t.app.close }}>
      <div className="app">
        <Rail onHelp={() => setOverlay('keys')} />
        <div className="app-main">
          <TopBar onPalette={() => setOverlay('palette')} />
          <ConnectionBanner />
          {isHolding && <HeldBar />}
          <div className="app-view">{refused ? <TokenForm /> : <KeptViews view={view} />}</div>
        </div>
        <Dialogs />
        {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(null)} onKeys={() => setOverlay('keys')} />}
        {overlay === 'keys' && <KeysHelp onClose={() => setOverlay(null)} />}
        <Toasts />
      </div>
    </Kit>
  );
}
