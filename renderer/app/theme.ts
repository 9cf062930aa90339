/** Puts theme, density and language on the document, and follows the system when asked to. */
import { create } from 'zustand';
import { usePrefs, type Theme } from '../state/prefs.ts';

export type ShownTheme = 'light' | 'dark' | 'contrast';

/** What is shown now; graphs read their colours anew when it changes. */
export const useShownTheme = create<{ theme: ShownTheme }>()(() => ({ theme: 'light' }));

function resolve(theme: Theme): ShownTheme {
  if (theme !== 'system') return theme;
  if (matchMedia('(prefers-contrast: more)').matches) return 'contrast';
  return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

function apply(): void {
  const { theme, density, language } = usePrefs.getState();
  const shown = resolve(theme);
  const root = document.documentElement;
  root.dataset['theme'] = shown;
  root.dataset['density'] = density;
  root.lang = language;
  if (useShownTheme.getState().theme !== shown) useShownTheme.setState({ theme: shown });
}

/** Applies the choices now and whenever they or the system change. */
export function followTheme(): void {
  apply();
  usePrefs.subscribe(apply);
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)'])
    matchMedia(query).addEventListener('change', apply);
}
