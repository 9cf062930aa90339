/** Keys that work everywhere in the window. */
import { useEffect } from 'react';
import { bindKeys } from '../kit/keys.ts';
import { FILTER_INPUT_ID } from '../traffic/FilterBox.tsx';
import { setPrefs, usePrefs, VIEWS, type View } from '../state/prefs.ts';
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

/** The search fields of views that have one of their own. */
const SEARCH_OF: Partial<Record<View, string>> = {
  traffic: FILTER_INPUT_ID,
  cache: 'cache-search',
  settings: 'settings-search',
};

/** Puts the cursor into the search or filter of the view that is shown; where there is none, into that of the traffic. */
export function focusSearch(): void {
  const own = SEARCH_OF[usePrefs.getState().view];
  if (own === undefined) setPrefs({ view: 'traffic' });
  const focus = (): void => {
    const input = document.getElementById(own ?? FILTER_INPUT_ID);
    if (!(input instanceof HTMLInputElement)) return;
    input.focus();
    input.select();
  };
  // A view that was not shown takes the focus once it is.
  if (own === undefined) requestAnimationFrame(focus);
  else focus();
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
