/** Texts of this part in the language of the window. They are no part of the catalogue: the page's first load has no room for them. */
import { usePrefs, type Prefs } from '../state/prefs.ts';
import { heldTextsEn, type HeldTexts } from './texts-en.ts';
import { heldTextsRu } from './texts-ru.ts';

const TEXTS: Readonly<Record<Prefs['language'], HeldTexts>> = { en: heldTextsEn, ru: heldTextsRu };

export const useHeldTexts = (): HeldTexts => TEXTS[usePrefs((prefs) => prefs.language)];

/** The same outside of components. */
export const heldTexts = (): HeldTexts => TEXTS[usePrefs.getState().language];
