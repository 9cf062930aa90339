/** The window: rail, top bar, banner, one view, and what floats above. */
import { useState, type JSX } from 'react';
import { CacheView } from '../cache/CacheView.tsx';
import { PurgeDialogHost } from '../cache/PurgeDialog.tsx';
import { ConnectView } from '../connect/ConnectView.tsx';
import { ExplainDialog } from '../connect/ExplainDialog.tsx';
import { MemoryView } from '../memory/MemoryView.tsx';
import { RulesView } from '../rules/RulesView.tsx';
import { SettingsView } from '../settings/SettingsView.tsx';
import { useTexts } from '../i18n/index.ts';
import { Kit } from '../kit/Kit.tsx';
import { usePrefs, type View } from '../state/prefs.ts';
import { TrafficView } from '../traffic/TrafficView.tsx';
import { Boundary } from '../ui/Boundary.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { KeysHelp } from './KeysHelp.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { Rail } from './Rail.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';
import { useShortcuts, type Overlay } from './shortcuts.ts';
import './app.css';

const VIEWS: Record<View, () => JSX.Element> = {
  traffic: TrafficView,
  cache: CacheView,
  memory: MemoryView,
  rules: RulesView,
  connect: ConnectView,
  settings: SettingsView,
};

export function App(): JSX.Element {
  const t = useTexts();
  const view = usePrefs((prefs) => prefs.view);
  const Shown = VIEWS[view];
  const [overlay, setOverlay] = useState<Overlay>(null);
  useShortcuts(setOverlay);
  return (
    <Kit words={{ close: t.app.close }}>
      <div className="app">
        <Rail onHelp={() => setOverlay('keys')} />
        <div className="app-main">
          <TopBar onPalette={() => setOverlay('palette')} />
          <ConnectionBanner />
          <div className="app-view">
            <Boundary of={view}>
              <Shown />
            </Boundary>
          </div>
        </div>
        <PurgeDialogHost />
        <ExplainDialog />
        {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(null)} onKeys={() => setOverlay('keys')} />}
        {overlay === 'keys' && <KeysHelp onClose={() => setOverlay(null)} />}
        <Toasts />
      </div>
    </Kit>
  );
}
