/**
 * Lifecycle of the desktop app, in order: data folder, single instance, scheme, ready, core, window; and at the end the core
 * is stopped before the process goes. The rest lives in the files this one puts together.
 */
import { app, shell, type BrowserWindow, type Tray } from 'electron';
import path from 'node:path';
import { registerAppScheme, serveRenderer } from './app-protocol.ts';
import { createCoreProcess } from './core-process.ts';
import { answerPages } from './desktop-ipc.ts';
import { parseLaunch } from './launch-options.ts';
import { installMenu } from './menu.ts';
import { putBack, putBackLine, putBackOwner } from './put-back.ts';
import { loadShellState, saveShellState } from './shell-state.ts';
import { shellText } from './shell-text.ts';
import { showTray } from './tray.ts';
import { focusWindow, lockNavigation, lockPermissions, openWindow, tellPages } from './window.ts';

/** The built main file lies in out/electron; core and page beside it, pictures at the top. */
const OUT = path.join(__dirname, '..');
const ASSETS = path.join(OUT, '..', 'assets');

function run(coreArgs: readonly string[]): void {
  const dataDir = app.getPath('userData');
  const text = shellText(app.getLocale());
  const core = createCoreProcess({
    coreDir: path.join(OUT, 'core'),
    dataDir,
    restore: putBackLine(process.execPath, app.isPackaged ? undefined : app.getAppPath(), process.platform),
    args: coreArgs,
    onStatus: tellPages,
  });
  let state = loadShellState(dataDir);
  let window: BrowserWindow | null = null;
  let tray: Tray | null = null;
  let isCoreStopped = false;

  const remember = (change: Partial<typeof state>): void => {
    state = { ...state, ...change };
    saveShellState(dataDir, state);
  };
  const showWindow = (): void => {
    if (window !== null) return focusWindow(window);
    const options = {
      preload: path.join(__dirname, 'preload.cjs'),
      icon: path.join(ASSETS, 'icons', '512x512.png'),
      appVersion: app.getVersion(),
      state,
    };
    window = openWindow({ ...options, onState: remember });
    window.on('closed', () => (window = null));
  };
  const setKeepRunning = (keep: boolean): void => {
    if (keep !== state.keepRunning) remember({ keepRunning: keep });
    tray?.destroy();
    tray =
      keep && process.platform !== 'darwin'
        ? showTray(path.join(ASSETS, 'tray', 'tray.png'), text, { showWindow, quit: () => app.quit() })
        : null;
  };

  lockPermissions();
  serveRenderer(path.join(OUT, 'renderer'));
  answerPages(core);
  installMenu(text, state.keepRunning, {
    restartCore: () => void core.supervisor.restart().catch((error: unknown) => console.error(String(error))),
    openDataFolder: () => void shell.openPath(dataDir),
    setKeepRunning,
  });
  const { electron, chrome, node } = process.versions;
  app.setAboutPanelOptions({
    applicationName: 'BSDM-Proxy',
    applicationVersion: app.getVersion(),
    version: `Electron ${electron} · Chromium ${chrome} · Node ${node}`,
  });

  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin' && !state.keepRunning) app.quit();
  });
  app.on('will-quit', (event) => {
    if (isCoreStopped) return;
    event.preventDefault();
    void core.supervisor.stop().finally(() => {
      isCoreStopped = true;
      app.quit();
    });
  });

  core.supervisor.start();
  setKeepRunning(state.keepRunning);
  showWindow();
}

function start(): void {
  const launch = parseLaunch(process.argv, process.env);
  // Before the lock: each data folder has its own instance, so tests and second profiles do not disturb each other.
  if (launch.userData !== undefined) app.setPath('userData', launch.userData);

  // The name under which Windows groups the window with its installed shortcut; the same as in electron-builder.yml.
  if (process.platform === 'win32') app.setAppUserModelId('dev.bsdm.proxy');

  if (app.requestSingleInstanceLock()) {
    registerAppScheme();
    app.on('web-contents-created', (_event, contents) => lockNavigation(contents));
    void app.whenReady().then(() => run(launch.coreArgs));
  } else {
    app.quit();
  }
}

const owner = putBackOwner(process.argv);
if (owner === undefined) start();
else void putBack(owner).finally(() => process.exit());
