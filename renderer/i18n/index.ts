/** One typed catalogue of texts. A key missing in a language does not compile. English comes with the page, others when they are chosen. */
import { create } from 'zustand';
import { usePrefs, type Language } from '../state/prefs.ts';
import { speakUnits } from '../ui/format.ts';
import type { AllCounted } from './counted.ts';
import { en, type Catalogue } from './en.ts';

export type { Catalogue };

const LOADERS: Record<Language, () => Promise<AllCounted<Catalogue>>> = {
  en: () => Promise.resolve(en),
  ru: async () => (await import('./ru.ts')).ru,
};
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский' };

const loaded: Partial<Record<Language, Catalogue>> = { en };
/** What the page speaks now: the chosen language, as soon as its texts are there. */
const useSpoken = create<{ texts: Catalogue }>()(() => ({ texts: en }));

function speak(language: Language): void {
  const texts = loaded[language];
  if (texts === undefined || useSpoken.getState().texts === texts) return;
  // Before any component draws: units belong to the texts.
  speakUnits(language);
  useSpoken.setState({ texts });
}

/** Loads the texts of a language. When they cannot be had the page goes on in the language it speaks. */
export async function loadLanguage(language: Language): Promise<void> {
  try {
    loaded[language] ??= await LOADERS[language]();
  } catch {
    return;
  }
  speak(usePrefs.getState().language);
}

usePrefs.subscribe(({ language }) => {
  if (loaded[language] !== undefined) speak(language);
  else void loadLanguage(language);
});

/** The texts in the chosen language, for components. */
export function useTexts(): Catalogue {
  return useSpoken((state) => state.texts);
}

/** The texts in the chosen language, outside components. */
export function texts(): Catalogue {
  return useSpoken.getState().texts;
}
