/** One typed catalogue of texts. A key missing in a language does not compile. */
import { usePrefs, type Language } from '../state/prefs.ts';
import { speakUnits } from '../ui/format.ts';
import type { AllCounted } from './counted.ts';
import { en, type Catalogue } from './en.ts';
import { ru } from './ru.ts';

export type { Catalogue };

export const CATALOGUES: Record<Language, AllCounted<Catalogue>> = { en, ru };
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский' };

// Before any component draws: units belong to the texts.
speakUnits(usePrefs.getState().language);
usePrefs.subscribe((prefs) => speakUnits(prefs.language));

/** The texts in the chosen language, for components. */
export function useTexts(): Catalogue {
  return CATALOGUES[usePrefs((prefs) => prefs.language)];
}

/** The texts in the chosen language, outside components. */
export function texts(): Catalogue {
  return CATALOGUES[usePrefs.getState().language];
}
