/** Keys that work everywhere in the window. */
import { useEffect } from 'react';
import { bindKeys } from '../kit/keys.ts';
import { FILTER_INPUT_ID } from '../traffic/FilterBox.tsx';
import { setPrefs, usePrefs, VIEWS } from '../state/prefs.ts';
import { closeDetails, useTrafficUi } from '../state/selection.ts';
import { runLatestAction } from '../state/toasts.ts';
import { setPaused, useTraffic } from '../state/traffic.ts';

/** What may lie over the window. */
export type Overlay = 'palette' | 'keys' | null;

const MAC = typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);
/** How the modifier is written on this platform. */
export const MOD = MAC ? '⌘' : 'Ctrl+';

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Puts the cursor into the search or filter of the view that is shown. */
export function focusSearch(): void {
  const { view } = usePrefs.getState();
  const input = document.getElementById(view === 'cache' ? 'cache-search' : FILTER_INPUT_ID);
  if (input instanceof HTMLInputElement) {
    input.focus();
    input.select();
  } else {
    setPrefs({ view: 'traffic' });
    requestAnimationFrame(() => document.getElementById(FILTER_INPUT_ID)?.focus());
  }
}

/** Whether something floats above the window that has the keys for itself: a menu, a dialog, a list of choices. */
function isCovered(target: EventTarget | null): boolean {
  return (
    document.querySelector('[role="dialog"]') !== null ||
    // A menu that is going may have the focus for a moment more.
    (target instanceof Element && target.closest('[role="menu"]:not([data-closed]), [role="listbox"]') !== null)
  );
}

/** Marks the text of the panel the focus is in; left to the browser it would be that of the whole window. */
function selectTextOf(target: EventTarget | null): void {
  const panel = target instanceof Element ? target.closest('[role="tabpanel"]') : null;
  if (panel !== null) getSelection()?.selectAllChildren(panel);
}

/** Listens for the window's keys. */
export function useShortcuts(setOverlay: (overlay: Overlay) => void): void {
  useEffect(
    () =>
      bindKeys(
        {
          ...Object.fromEntries(VIEWS.map((view, index) => [`$mod+${index + 1}`, () => setPrefs({ view })])),
          '$mod+k': () => setOverlay('palette'),
          '$mod+f': focusSearch,
          // In a field the key belongs to the text.
          '$mod+z': ({ target }) => !isTyping(target) && runLatestAction(),
          '$mod+a': ({ target }) => !isTyping(target) && selectTextOf(target),
          '/': focusSearch,
          '[Shift]+?': () => setOverlay('keys'),
          Escape: () => {
            if (!useTrafficUi.getState().detailsOpen || usePrefs.getState().view !== 'traffic') return false;
            closeDetails();
            return true;
          },
          p: () => {
            if (usePrefs.getState().view !== 'traffic') return false;
            setPaused(!useTraffic.getState().paused);
            return true;
          },
        },
        (event, press) => isCovered(event.target) || (!press.startsWith('$mod') && isTyping(event.target)),
      ),
    [setOverlay],
  );
}
