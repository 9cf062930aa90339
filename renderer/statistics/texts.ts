/** The texts of this view in the chosen language; they come with the view, not with the page. */
import { statisticsEn } from '../i18n/statistics-en.ts';
import { statisticsRu } from '../i18n/statistics-ru.ts';
import { usePrefs } from '../state/prefs.ts';

export type StatisticsTexts = typeof statisticsEn;

const BY_LANGUAGE = { en: statisticsEn, ru: statisticsRu };

export const useStatisticsTexts = (): StatisticsTexts => BY_LANGUAGE[usePrefs((prefs) => prefs.language)];
