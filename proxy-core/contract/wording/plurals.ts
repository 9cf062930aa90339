/** Words that stand behind a number, in the form it asks for; and lists of things. */
import type { Language } from './language.ts';

/** The forms a noun needs in each language (CLDR; a fraction takes the Russian `few`). `#` stands for the number. */
interface FormsIn {
  en: { one: string; other: string };
  ru: { one: string; few: string; many: string };
}
export type Forms<L extends Language> = FormsIn[L];

const RULES: Record<Language, Intl.PluralRules> = {
  en: new Intl.PluralRules('en'),
  ru: new Intl.PluralRules('ru'),
};

/** The form of a word that a number asks for. */
export function formOf<L extends Language>(language: L, forms: Forms<L>): (count: number) => string {
  const all: Partial<Record<Intl.LDMLPluralRule, string>> = { ...forms };
  const rest = all.other ?? all.few ?? '';
  return (count) => all[RULES[language].select(count)] ?? rest;
}

const AND: Record<Language, string> = { en: ' and ', ru: ' и ' };
const OR: Record<Language, string> = { en: ' or ', ru: ' или ' };

function listed(items: readonly string[], last: string): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')}${last}${items.at(-1)}`;
}

/** `x, y and z`. */
export const listOf = (language: Language, items: readonly string[]): string => listed(items, AND[language]);
/** `x, y or z`. */
export const choiceOf = (language: Language, items: readonly string[]): string => listed(items, OR[language]);

/**
 * A message about so many things. It cannot be written without the forms of its noun: no other text of a catalogue takes
 * a number (`renderer/i18n/catalogue.test.ts`).
 */
export interface Counted<Rest extends string[] = []> {
  (count: number, ...rest: Rest): string;
  readonly counted: true;
}

/** Makes a message about so many things, with what else it is to say. */
export type CountedMaker<L extends Language> = <Rest extends string[] = []>(
  forms: Forms<L>,
  say?: (things: string, ...rest: Rest) => string,
) => Counted<Rest>;

/** The maker of one language; `count` writes the number. */
export function countedIn<L extends Language>(language: L, count: (value: number) => string): CountedMaker<L> {
  return <Rest extends string[]>(forms: Forms<L>, say?: (things: string, ...rest: Rest) => string): Counted<Rest> => {
    const form = formOf(language, forms);
    const message = (value: number, ...rest: Rest): string => {
      const things = form(value).replace('#', count(value));
      return say === undefined ? things : say(things, ...rest);
    };
    return Object.assign(message, { counted: true as const });
  };
}
