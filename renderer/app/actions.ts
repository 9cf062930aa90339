/** Things that can be done from several places: buttons, keys and the palette. */
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { listeningAddress, useConnection } from '../state/connection.ts';
import { forgetSelection, useTrafficUi } from '../state/selection.ts';
import { countFromNow, useStats } from '../state/stats.ts';
import { setPrefs } from '../state/prefs.ts';
import { showProblem, showToast } from '../state/toasts.ts';
import { clearRows } from '../state/traffic.ts';
import type { CacheMode } from '../../proxy-core/contract/settings.ts';
import { copyText } from '../ui/copy.ts';

/** Switches recording of exchanges on or off; the proxy works on either way. */
export function toggleCapture(): void {
  const paused = !(useConnection.getState().info?.capturePaused ?? false);
  call('capture.pause', { paused }).then((result) => {
    const { info } = useConnection.getState();
    if (info !== null) useConnection.setState({ info: { ...info, capturePaused: result.paused } });
  }, showProblem);
}

/** Forgets all recorded exchanges, here and in the core, unless that is taken back within a few seconds. */
export function clearCapture(): void {
  const { marked } = useTrafficUi.getState();
  const { base } = useStats.getState();
  const undo = (): void => {
    call('capture.undoClear', {}).then(({ restored }) => {
      useTrafficUi.setState((now) => ({ marked: new Set([...marked, ...now.marked]) }));
      useStats.setState({ base });
      showToast({ tone: 'good', text: texts().traffic.restored(restored) });
    }, showProblem);
  };
  call('capture.clear', { undoable: true }).then(({ cleared, undoUntilMs }) => {
    clearRows();
    forgetSelection();
    countFromNow();
    showToast({
      tone: 'info',
      text: texts().traffic.cleared(cleared),
      ...(undoUntilMs !== undefined && {
        action: { label: texts().cache.undo, run: undo },
        untilMs: undoUntilMs,
      }),
    });
  }, showProblem);
}

export function copyAddress(): void {
  const address = listeningAddress(useConnection.getState().info);
  if (address !== null) copyText(address);
}

export function setCacheMode(cacheMode: CacheMode): void {
  call('settings.update', { patch: { cacheMode } }).then(
    (settings) => useConnection.setState({ settings }),
    showProblem,
  );
}

/** Says whether a client's reload counts, or gets what is stored; from the next request on. */
export function setIgnoreReload(ignoreClientCacheControl: boolean, done?: () => void): void {
  call('settings.update', { patch: { ignoreClientCacheControl } }).then((settings) => {
    useConnection.setState({ settings });
    done?.();
  }, showProblem);
}

/** Has the proxy listen on this port; it opens at once, or says why not. */
export function takePort(port: number): void {
  call('settings.update', { patch: { port } }).then((settings) => useConnection.setState({ settings }), showProblem);
}

/** Shows the settings view with this group in sight. */
export function showSettings(group: string): void {
  setPrefs({ view: 'settings' });
  requestAnimationFrame(() => document.getElementById(`settings-${group}`)?.scrollIntoView({ block: 'start' }));
}
