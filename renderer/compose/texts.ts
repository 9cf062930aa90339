/** The texts of this view in the chosen language; they come with the view, not with the page. */
import { composeEn } from '../i18n/compose-en.ts';
import { composeRu } from '../i18n/compose-ru.ts';
import { usePrefs } from '../state/prefs.ts';

export type ComposeTexts = typeof composeEn;

const BY_LANGUAGE = { en: composeEn, ru: composeRu };

export const useComposeTexts = (): ComposeTexts => BY_LANGUAGE[usePrefs((prefs) => prefs.language)];
