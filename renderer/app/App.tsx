/** The window: rail, top bar, banner, one view, and what floats above. */
import { useState, type JSX } from 'react';
import { CacheView } from '../cache/CacheView.tsx';
import { PurgeDialogHost } from '../cache/PurgeDialog.tsx';
import { MemoryView } from '../memory/MemoryView.tsx';
import { SettingsView } from '../settings/SettingsView.tsx';
import { usePrefs } from '../state/prefs.ts';
import { TrafficView } from '../traffic/TrafficView.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { KeysHelp } from './KeysHelp.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { Rail } from './Rail.tsx';
import { Toasts } from './Toasts.tsx';
import { TopBar } from './TopBar.tsx';
import { useShortcuts } from './shortcuts.ts';
import './app.css';

export type Overlay = 'palette' | 'keys' | null;

export function App(): JSX.Element {
  const view = usePrefs((prefs) => prefs.view);
  const [overlay, setOverlay] = useState<Overlay>(null);
  useShortcuts(setOverlay);
  return (
    <div className="app">
      <Rail onHelp={() => setOverlay('keys')} />
      <div className="app-main">
        <TopBar onPalette={() => setOverlay('palette')} />
        <ConnectionBanner />
        <div className="app-view">
          {view === 'traffic' && <TrafficView />}
          {view === 'cache' && <CacheView />}
          {view === 'memory' && <MemoryView />}
          {view === 'settings' && <SettingsView />}
        </div>
      </div>
      <PurgeDialogHost />
      {overlay === 'palette' && <CommandPalette onClose={() => setOverlay(null)} onKeys={() => setOverlay('keys')} />}
      {overlay === 'keys' && <KeysHelp onClose={() => setOverlay(null)} />}
      <Toasts />
    </div>
  );
}
