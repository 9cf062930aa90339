/** Presets that were applied and can be taken back, the latest first to go; kept for as long as this window's session lasts. */
import { create } from 'zustand';
import type { PresetName } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey } from '../../proxy-core/contract/settings.ts';
import { call } from '../connection/core.ts';
import { texts } from '../i18n/index.ts';
import { useConnection } from '../state/connection.ts';
import { setPrefs } from '../state/prefs.ts';
import { dismissToast, showProblem, showToast } from '../state/toasts.ts';
import { parseApplied, patchOf, planPreset, planUndo, rememberOf, undoOf, type Applied } from './presets.ts';

const KEY = 'bsdm-presets-applied';
const MAX_APPLIED = 10;
/** How long the message offers to take it back; the settings view offers it for longer. */
const OFFERED_MS = 10_000;
const session = typeof sessionStorage === 'undefined' ? null : sessionStorage;

interface PresetState {
  /** Oldest first. */
  applied: readonly Applied[];
  /** What the dialog asks about now. */
  asked: PresetName | 'undo' | null;
}

export const usePresets = create<PresetState>()(() => ({
  applied: parseApplied(session?.getItem(KEY) ?? null),
  asked: null,
}));

export const askPreset = (asked: PresetState['asked']): void => usePresets.setState({ asked });

/** The message that offers to take the latest preset back. */
let offer: number | undefined;
/** It goes when it would take back another one. */
function endOffer(): void {
  if (offer !== undefined) dismissToast(offer);
  offer = undefined;
}

function remember(applied: readonly Applied[]): void {
  usePresets.setState({ applied: applied.slice(-MAX_APPLIED) });
  try {
    session?.setItem(KEY, JSON.stringify(usePresets.getState().applied));
  } catch {
    // Storage forbidden: until this page is loaded anew.
  }
}

/** Changes the settings as the plan of this moment says, and remembers what they were. */
export async function applyPreset(name: PresetName): Promise<void> {
  const { settings } = useConnection.getState();
  if (settings === null) return;
  const plan = planPreset(name, settings);
  const applied = rememberOf(name, plan, settings, Date.now());
  useConnection.setState({ settings: await call('settings.update', { patch: patchOf(plan) }) });
  remember([...usePresets.getState().applied, applied]);
  const t = texts();
  endOffer();
  offer = showToast({
    tone: 'good',
    text: t.hits.presets.applied(applied.changes.length, t.settings.presetNames[name]),
    untilMs: Date.now() + OFFERED_MS,
    action: { label: t.hits.presets.undo, run: undoLatest },
  });
}

/** Takes the latest preset back; where something was changed since, asks first what of that shall stay. */
export function undoLatest(): void {
  const { settings } = useConnection.getState();
  const latest = usePresets.getState().applied.at(-1);
  if (settings === null || latest === undefined) return;
  const isDoubtful = planUndo(latest, settings).some(({ state }) => state === 'changed-since' || state === 'locked');
  if (!isDoubtful) undoNow(new Set()).catch(showProblem);
  else {
    setPrefs({ view: 'settings' });
    askPreset('undo');
  }
}

/** Takes the latest preset back; `also`: settings that were changed since and go back all the same. */
export async function undoNow(also: ReadonlySet<SettingKey>): Promise<void> {
  const { settings } = useConnection.getState();
  const { applied } = usePresets.getState();
  const latest = applied.at(-1);
  if (settings === null || latest === undefined) return;
  const change = undoOf(latest, planUndo(latest, settings), also);
  const count = Object.keys(change.patch).length + change.reset.length;
  if (count > 0) useConnection.setState({ settings: await call('settings.update', change) });
  remember(usePresets.getState().applied.filter((item) => item !== latest));
  endOffer();
  const t = texts();
  showToast({
    tone: 'good',
    text:
      count === 0
        ? t.hits.presets.undoneNothing(t.settings.presetNames[latest.name])
        : t.hits.presets.undone(count, t.settings.presetNames[latest.name]),
  });
}
