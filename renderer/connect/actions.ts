/** What is done about clients from several places: reading HTTPS on and off, browsers opened and closed. */
import type { BrowserFamily } from '../../proxy-core/contract/clients.ts';
import { INTERCEPT_MODES, type InterceptMode, type SettingState } from '../../proxy-core/contract/settings.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { usePrefs } from '../state/prefs.ts';
import { showProblem, showToast } from '../state/toasts.ts';
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
