/** Starts the page: theme, connection, window. */
import './kit/index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { startFeeds } from './app/feeds.ts';
import { followDesktop } from './app/desktop.ts';
import { followTheme } from './app/theme.ts';
import { connectCore } from './connection/core.ts';
import { browserTransport, desktopTransport, type Transport } from './connection/transport.ts';
import { loadLanguage } from './i18n/index.ts';
import { usePrefs } from './state/prefs.ts';
import { Boundary } from './ui/Boundary.tsx';
import { loadPartsWhenIdle } from './ui/part.tsx';

/** The demo when asked for, the desktop shell when there is one, else the server this page came from. */
async function chooseTransport(): Promise<Transport> {
  const { bsdmDesktop } = window;
  if (new URLSearchParams(location.search).has('demo')) return (await import('./demo/transport.ts')).demoTransport();
  if (bsdmDesktop !== undefined) return desktopTransport(bsdmDesktop);
  return browserTransport();
}

followTheme();
if (window.bsdmDesktop !== undefined) followDesktop(window.bsdmDesktop);
void chooseTransport().then((transport) => connectCore(transport, startFeeds));

function draw(root: HTMLElement): void {
  createRoot(root).render(
    <StrictMode>
      <Boundary of="window">
        <App />
      </Boundary>
    </StrictMode>,
  );
  loadPartsWhenIdle();
}

const root = document.getElementById('root');
if (root !== null) void loadLanguage(usePrefs.getState().language).then(() => draw(root));
