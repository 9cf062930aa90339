/** What is done about clients from several places: reading HTTPS on and off, browsers opened and closed. */
import type { BrowserFamily } from '../../proxy-core/contract/clients.ts';
import { INTERCEPT_MODES, type InterceptMode, type SettingState } from '../../proxy-core/contract/settings.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { usePrefs } from '../state/prefs.ts';
import { useStats } from '../state/stats.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { formatDuration } from '../ui/format.ts';
import { create } from 'zustand';

/** The question that stands over the window: what reading HTTPS means, asked for this mode. */
export const useExplain = create<{ mode: InterceptMode | null }>()(() => ({ mode: null }));

/** The setting's value as one of the modes. */
export const modeOf = (state: SettingState): InterceptMode =>
  INTERCEPT_MODES.find((mode) => mode === state.value) ?? 'off';

export async function setInterceptNow(intercept: InterceptMode): Promise<void> {
  useConnection.setState({ settings: await call('settings.update', { patch: { intercept } }) });
}

/** Changes the mode; whoever reads HTTPS for the first time is told before what it means. */
export function setIntercept(mode: InterceptMode): void {
  if (mode !== 'off' && !usePrefs.getState().toldOfInterception) useExplain.setState({ mode });
  else setInterceptNow(mode).catch(showProblem);
}

/** Starts a browser, and has HTTPS read first when that is asked for. */
export async function openBrowser(
  family: BrowserFamily,
  { read, url }: { read: boolean; url?: string },
): Promise<void> {
  try {
    if (read) {
      // Before it starts: it is told of the CA when it does.
      await call('ca.make', {});
      await setInterceptNow('all');
    }
    const { name, warning } = await call('clients.launch', { family, ...(url !== undefined && { url }) });
    const { opened } = texts().clients.browsers;
    showToast({
      tone: warning === undefined ? 'good' : 'bad',
      text: opened(name),
      ...(warning !== undefined && { hint: warning }),
    });
  } catch (problem) {
    showProblem(problem);
  }
}

export function closeBrowser(id: number): Promise<void> {
  return call('clients.close', { id }).then(() => undefined, showProblem);
}

/** Opens a terminal whose programs go through the proxy. */
export function openTerminal(): void {
  call('clients.terminal', {}).then(
    ({ name }) => showToast({ tone: 'good', text: texts().clients.terminal.opened(name) }),
    showProblem,
  );
}

/** Has the core ask for a page of its own through the proxy, and tells how that went. */
export async function testProxy(): Promise<void> {
  const { ms } = await call('clients.test', {});
  const { tested, testedUnseen } = texts().connect;
  const isSeen = useStats.getState().latest?.capture.paused !== true;
  showToast({ tone: 'good', text: tested(formatDuration(ms)), ...(!isSeen && { hint: testedUnseen }) });
}

/** Where the demo was opened from the window of a proxy, there is a way back. */
const DEMO_FROM_HERE = 'here';

/** Opens the page anew, over made-up traffic or over the proxy. */
export function showDemo(shown: boolean): void {
  location.search = shown ? `?demo=${DEMO_FROM_HERE}` : '';
}

/** Whether this page shows the demo and came from a proxy. */
export const isDemoFromHere = (): boolean => new URLSearchParams(location.search).get('demo') === DEMO_FROM_HERE;
