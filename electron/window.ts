/** The window: its place, its locked-down page, and what happens to links, new windows and permissions. */
import { BrowserWindow, nativeTheme, screen, session, shell, type WebContents } from 'electron';
import { DESKTOP_CHANNELS, type CoreProcessStatus, type ShellTarget } from './desktop-api.ts';
import { fitBounds, SMALLEST_SIZE, type ShellState } from './shell-state.ts';
import { APP_PAGE, isAppUrl, isOpenableUrl } from './url-policy.ts';

/** Copy buttons write to the clipboard after a click; the page gets nothing else. */
const GRANTED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);
/** A page that dies this often in a row stays dead, or it would blink for ever. */
const MAX_PAGE_RELOADS = 3;
const HEALTHY_PAGE_MS = 60_000;

export interface WindowOptions {
  preload: string;
  icon: string;
  appVersion: string;
  state: ShellState;
  onState(state: Pick<ShellState, 'maximized'> & { bounds: NonNullable<ShellState['bounds']> }): void;
}

/** Refuses every permission but {@link GRANTED_PERMISSIONS}, for the app's own page only. Once per app. */
export function lockPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((contents, permission, answer) =>
    answer(isAppUrl(contents.getURL()) && GRANTED_PERMISSIONS.has(permission)),
  );
  defaultSession.setPermissionCheckHandler(
    (contents, permission) => contents !== null && isAppUrl(contents.getURL()) && GRANTED_PERMISSIONS.has(permission),
  );
}

/** Keeps any page of this app on the app: no foreign navigation, no new window, no webview. Https links go to the user's browser. */
export function lockNavigation(contents: WebContents): void {
  const refuseForeign = (event: { preventDefault(): void }, url: string): void => {
    if (isAppUrl(url)) return;
    event.preventDefault();
    if (isOpenableUrl(url)) void shell.openExternal(url);
  };
  contents.on('will-navigate', (event, url) => refuseForeign(event, url));
  contents.on('will-redirect', (event, url) => refuseForeign(event, url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isOpenableUrl(url)) void shell.openExternal(url);
    return { action: 'deny' };
  });
}

/** Opens the window and loads the page. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { state } = options;
  const window = new BrowserWindow({
    ...fitBounds(
      state.bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: SMALLEST_SIZE.width,
    minHeight: SMALLEST_SIZE.height,
    title: 'BSDM-Proxy',
    icon: options.icon,
    show: false,
    // The page's own background, so that opening and resizing do not flash.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#12151a' : '#ffffff',
    webPreferences: {
      preload: options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      additionalArguments: [`--bsdm-version=${options.appVersion}`],
    },
  });
  if (state.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => options.onState({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }));
  reloadWhenPageDies(window);
  window.loadURL(APP_PAGE).catch((error: unknown) => console.error(`the page could not be loaded: ${String(error)}`));
  return window;
}

/** The proxy does not depend on the page, so a page that crashed is simply loaded again. */
function reloadWhenPageDies(window: BrowserWindow): void {
  let deaths = 0;
  let healthy: ReturnType<typeof setTimeout> | undefined;
  window.webContents.on('render-process-gone', (_event, details) => {
    if (details.reason === 'clean-exit') return;
    clearTimeout(healthy);
    deaths += 1;
    console.error(`the page's process is gone (${details.reason}, exit code ${details.exitCode})`);
    if (deaths > MAX_PAGE_RELOADS || window.isDestroyed()) return;
    window.webContents.reload();
    healthy = setTimeout(() => (deaths = 0), HEALTHY_PAGE_MS);
  });
  window.on('closed', () => clearTimeout(healthy));
}

/** Brings the window before the user's eyes, whatever state it was in. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Has the page show a place, as soon as it is loaded. */
export function goTo(window: BrowserWindow, target: ShellTarget): void {
  const { webContents } = window;
  const send = (): void => webContents.send(DESKTOP_CHANNELS.goTo, target);
  if (webContents.isLoading()) webContents.once('did-finish-load', send);
  else send();
}

/** Tells every open page how the core is doing. */
export const tellPages = (status: CoreProcessStatus): void => tellAll(DESKTOP_CHANNELS.status, status);

/** Tells every open page of a version that is newer than this one, null when there is none. */
export const tellPagesOfUpdate = (version: string | null): void => tellAll(DESKTOP_CHANNELS.update, version);

function tellAll(channel: string, item: unknown): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!window.webContents.isDestroyed()) window.webContents.send(channel, item);
  }
}
