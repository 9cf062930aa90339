/** The texts of sessions, loaded with them: few look at one, and the page's first load has little room. */
import { SESSIONS_EN, type SessionWords } from '../i18n/sessions-en.ts';
import { SESSIONS_RU } from '../i18n/sessions-ru.ts';
import { usePrefs, type Language } from '../state/prefs.ts';

const WORDS: Record<Language, SessionWords> = { en: SESSIONS_EN, ru: SESSIONS_RU };

export const useSessionWords = (): SessionWords => WORDS[usePrefs((prefs) => prefs.language)];
export const sessionWords = (): SessionWords => WORDS[usePrefs.getState().language];
