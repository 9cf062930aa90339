/** Keys that work everywhere in the window. */
import { useEffect } from 'react';
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

/** Listens for the window's keys. */
export function useShortcuts(setOverlay: (overlay: Overlay) => void): void {
  useEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.defaultPrevented) return;
      const mod = MAC ? event.metaKey : event.ctrlKey;
      if (mod && !event.altKey && !event.shiftKey) {
        const view = VIEWS[Number(event.key) - 1];
        if (view !== undefined) setPrefs({ view });
        else if (event.key.toLowerCase() === 'k') setOverlay('palette');
        else if (event.key.toLowerCase() === 'f') focusSearch();
        // In a field the key belongs to the text.
        else if (event.key.toLowerCase() !== 'z' || isTyping(event.target) || !runLatestAction()) return;
        event.preventDefault();
        return;
      }
      if (mod || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
      if (event.key === '/') focusSearch();
      else if (event.key === '?') setOverlay('keys');
      else if (event.key === 'Escape' && useTrafficUi.getState().detailsOpen && usePrefs.getState().view === 'traffic')
        closeDetails();
      else if (event.key === 'p' && usePrefs.getState().view === 'traffic') setPaused(!useTraffic.getState().paused);
      else return;
      event.preventDefault();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [setOverlay]);
}
