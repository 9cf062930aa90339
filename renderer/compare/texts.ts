/** The texts of the comparison in the chosen language; they come with it, not with the page. */
import { compareEn } from '../i18n/compare-en.ts';
import { compareRu } from '../i18n/compare-ru.ts';
import { usePrefs } from '../state/prefs.ts';

const BY_LANGUAGE = { en: compareEn, ru: compareRu };

export const useCompareTexts = (): typeof compareEn => BY_LANGUAGE[usePrefs((prefs) => prefs.language)];
