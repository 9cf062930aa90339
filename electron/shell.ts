/**
 * The desktop app once it may run: core, window, tray, menu and dialogs, and what each tells the others. Wiring; what is decided stands in
 * the files this one puts together.
 */
import { app, dialog, powerMonitor, shell, type BrowserWindow, type Tray } from 'electron';
import path from 'node:path';
import { serveRenderer } from './app-protocol.ts';
import { setStartAtLogin, startsAtLogin } from './autostart.ts';
import { showBadge } from './badge.ts';
import { askAboutClosing } from './close-question.ts';
import { createCoreProcess } from './core-process.ts';
import { CRASHES_TOLD, tellOfCrashes } from './crash-dialog.ts';
import { linkAmong, parseDeepLink } from './deep-link.ts';
import type { CoreProcessStatus, ShellTarget } from './desktop-api.ts';
import { answerPages } from './desktop-ipc.ts';
import type { LogFile } from './log-file.ts';
import { installMenu } from './menu.ts';
import { putBackLine } from './put-back.ts';
import { fileAmong, sessionFile } from './session-file.ts';
import { loadShellState, saveShellState } from './shell-state.ts';
import { shellText } from './shell-text.ts';
import { makeTray, toMenu } from './tray.ts';
import { Unseen } from './unseen.ts';
import { stateLine, trayMenu, type TrayAct } from './tray-menu.ts';
import { Updates } from './updates.ts';
import { focusWindow, goTo, lockPermissions, openWindow, tellPages, tellPagesOfUpdate } from './window.ts';
import type { ShellNews } from '../proxy-core/contract/shell.ts';

/** The built main file lies in out/electron; core and page beside it, pictures at the top. */
const OUT = path.join(__dirname, '..');
const ASSETS = path.join(OUT, '..', 'assets');

/** Longer than putting back takes, ms. */
const RESUME_MS = 2000;

export interface ShellStart {
  coreArgs: readonly string[];
  /** Where the core keeps its files. */
  dataDir: string;
  /** What the window is to be told, in words. */
  notices: readonly string[];
  /** Begins in the tray. */
  hidden: boolean;
  log: LogFile;
}

export function runShell({ coreArgs, dataDir, notices, hidden, log }: ShellStart): void {
  const versions = {
    'BSDM-Proxy': app.getVersion(),
    Electron: process.versions.electron,
    Chromium: process.versions.chrome,
  };
  let state = loadShellState(dataDir);
  let text = shellText(state.language ?? app.getLocale());
  let window: BrowserWindow | null = null;
  let tray: Tray | null = null;
  let news: ShellNews | null = null;
  let isQuitting = false;
  let isCoreStopped = false;
  let isTellingOfCrashes = false;
  /** The core ended with the system proxy on: it is put back at once, and switched on again when the next core is up. */
  let isToResume = false;
  const unseen = new Unseen();
  const updates = new Updates({
    text: () => text,
    log: (line) => log.add('shell', line),
    onChange: () => {
      drawTray();
      tellPagesOfUpdate(updates.news?.version ?? null);
    },
  });

  const core = createCoreProcess({
    coreDir: path.join(OUT, 'core'),
    dataDir,
    restore: putBackLine(process.execPath, app.isPackaged ? undefined : app.getAppPath(), process.platform),
    notices,
    args: coreArgs,
    log,
    onStatus: (status) => {
      tellPages(status);
      if (status.state !== 'running') {
        isToResume = (isToResume || news?.systemProxy.state === 'on') && (status.attempt ?? 0) < CRASHES_TOLD;
        news = null;
      }
      drawTray();
      watchCrashes(status);
    },
    onNews: (message) => {
      if (message.type === 'call-failed') return complain(message.message);
      ({ news } = message);
      updates.follow(news.updates);
      drawTray();
      drawBadge();
      resume(message.news);
    },
  });

  function remember(change: Partial<typeof state>): void {
    state = { ...state, ...change };
    saveShellState(dataDir, state);
  }
  function complain(message: string): void {
    log.add('shell', message);
    void dialog.showMessageBox({ type: 'warning', message: text.failed, detail: message, noLink: true });
  }
  function restartCore(): void {
    core.supervisor.restart().catch((error: unknown) => complain(String(error)));
  }
  function resume({ listening, systemProxy }: ShellNews): void {
    if (!isToResume || listening === undefined || systemProxy.state !== 'off') return;
    isToResume = false;
    // Whoever puts back may still be at it.
    setTimeout(() => core.supervisor.call('systemProxy.on', {}), RESUME_MS);
  }
  function watchCrashes({ state: now, attempt = 0, detail = '' }: CoreProcessStatus): void {
    if (now === 'crashed') log.add('shell', detail);
    if (now !== 'crashed' || attempt < CRASHES_TOLD || isTellingOfCrashes) return;
    isTellingOfCrashes = true;
    void tellOfCrashes(text, detail, log, versions, restartCore).finally(() => (isTellingOfCrashes = false));
  }

  function showWindow(target?: ShellTarget | null): void {
    if (window === null) openNew();
    else focusWindow(window);
    if (target != null && window !== null) goTo(window, target);
  }
  function openNew(): void {
    const options = {
      preload: path.join(__dirname, 'preload.cjs'),
      icon: path.join(ASSETS, 'icons', '512x512.png'),
      appVersion: app.getVersion(),
      state,
      onState: remember,
    };
    const opened = openWindow(options);
    window = opened;
    opened.on('close', (event) => {
      // On macOS an app outlives its windows anyway, and whoever quits has decided.
      if (process.platform === 'darwin' || isQuitting || state.closeExplained) return;
      event.preventDefault();
      void askAboutClosing(opened, text).then((keep) => {
        if (keep === null) return;
        remember({ keepRunning: keep, closeExplained: true });
        drawMenu();
        if (keep) opened.close();
        else app.quit();
      });
    });
    opened.on('focus', drawBadge);
    opened.on('closed', () => (window = null));
  }

  function act(what: TrayAct): void {
    switch (what.kind) {
      case 'show':
        return showWindow(what.target);
      case 'command':
        return core.supervisor.call(what.command.name, what.command.params);
      case 'restart':
        return restartCore();
      case 'update':
        return void updates.show();
      case 'quit':
        return app.quit();
    }
  }
  function drawTray(): void {
    const { status } = core.supervisor;
    tray?.setToolTip(`BSDM-Proxy: ${stateLine(text, status, news)}`);
    tray?.setContextMenu(toMenu(trayMenu(text, status, news, updates.news), act));
  }
  function drawBadge(): void {
    showBadge(unseen.count(news?.errors ?? 0, window?.isFocused() === true), window, text.errors);
  }
  function drawMenu(): void {
    installMenu(
      text,
      { keepRunning: state.keepRunning, startAtLogin: startsAtLogin() },
      {
        restartCore,
        checkForUpdates: () => void updates.check(),
        openDataFolder: () => void shell.openPath(dataDir),
        openLogs: () => void shell.openPath(log.folder),
        setKeepRunning: (keepRunning) => remember({ keepRunning, closeExplained: true }),
        setStartAtLogin: (wanted) => {
          try {
            setStartAtLogin(wanted);
          } catch (error) {
            complain(String(error));
          }
          drawMenu();
        },
      },
    );
  }

  lockPermissions();
  serveRenderer(path.join(OUT, 'renderer'));
  answerPages(core, {
    language: (language) => {
      if (language === state.language) return;
      remember({ language });
      text = shellText(language);
      drawMenu();
      drawTray();
    },
    update: () => updates.news?.version ?? null,
    showUpdate: () => void updates.show(),
  });
  app.setAboutPanelOptions({
    applicationName: 'BSDM-Proxy',
    applicationVersion: app.getVersion(),
    version: `Electron ${versions.Electron} · Chromium ${versions.Chromium} · Node ${process.versions.node}`,
  });
  app.on('second-instance', (_event, argv, folder) => showWindow(linkAmong(argv) ?? fileAmong(argv, folder)));
  app.on('open-file', (event, file) => {
    event.preventDefault();
    showWindow(sessionFile(file));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    showWindow(parseDeepLink(url));
  });
  app.on('activate', () => showWindow());
  // Who else slept, and what others have set meanwhile, is asked anew.
  powerMonitor.on('suspend', () => log.add('shell', 'the machine goes to sleep'));
  powerMonitor.on('resume', () => {
    log.add('shell', 'the machine woke up');
    core.supervisor.call('systemProxy.status', {});
  });
  app.on('before-quit', () => {
    isQuitting = true;
    updates.stop();
  });
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

  tray = makeTray(path.join(ASSETS, 'tray', 'tray.png'), () => showWindow());
  core.supervisor.start();
  drawMenu();
  if (hidden && tray !== null) log.add('shell', 'starts without a window');
  else showWindow(linkAmong(process.argv) ?? fileAmong(process.argv, process.cwd()));
}
