/** The system proxy as this page knows it, and what switches it. */
import { create } from 'zustand';
import type { SystemProxyDone, SystemProxyState } from '../../proxy-core/contract/system-proxy.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { showProblem, showToast } from '../state/toasts.ts';

export type Switching = 'on' | 'off';

interface SystemProxyUi {
  /** Null until the core has told it, or where the core has none. */
  now: SystemProxyState | null;
  /** It is being switched. */
  busy: boolean;
  /** The dialog that says what switching would do; `plan` is null while the desktop is asked. */
  dialog: { what: Switching; plan: SystemProxyDone | null } | null;
}

export const useSystemProxy = create<SystemProxyUi>()(() => ({ now: null, busy: false, dialog: null }));

export const takeSystemProxy = (now: SystemProxyState | null): void => useSystemProxy.setState({ now });

/** Asks the core, which asks the system: somebody may have changed it. */
export function refreshSystemProxy(): void {
  call('systemProxy.status', {}).then(takeSystemProxy, () => undefined);
}

export const closeSwitching = (): void => useSystemProxy.setState({ dialog: null });

/** Asks what switching would do, and shows it. */
export function showSwitching(what: Switching): void {
  useSystemProxy.setState({ dialog: { what, plan: null } });
  call(`systemProxy.${what}`, { dryRun: true }).then(
    (plan) => {
      if (useSystemProxy.getState().dialog?.what === what) useSystemProxy.setState({ dialog: { what, plan } });
    },
    (problem: unknown) => {
      closeSwitching();
      showProblem(problem);
    },
  );
}

export function switchSystemProxy(what: Switching): void {
  if (useSystemProxy.getState().busy) return;
  useSystemProxy.setState({ busy: true });
  call(`systemProxy.${what}`, {})
    .then(({ state, kept, problems }) => {
      takeSystemProxy(state);
      const t = texts().systemProxy;
      const notes = [...problems, ...(kept.length > 0 ? [t.kept(kept.join(', '))] : [])];
      showToast({
        tone: problems.length > 0 ? 'bad' : 'good',
        text: problems.length > 0 ? t.dialog[what] : t.done[what],
        ...(notes.length > 0 && { hint: notes.join('; ') }),
      });
    }, showProblem)
    .finally(() => useSystemProxy.setState({ busy: false }));
}
