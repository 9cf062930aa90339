/** Whether a message says each number with the form of the noun that it asks for. For tests only. */
import type { Language } from '../wording/language.ts';

/** One of each form in both languages, and what looks like another: 11 ends in 1. */
export const COUNTS = [0, 1, 2, 5, 11, 21, 101] as const;

/** Words that stay as they are behind any number. */
const UNCHANGED: Record<Language, ReadonlySet<string>> = {
  en: new Set(['B', 'KiB', 'MiB', 's', 'min', 'h', 'ms', 'of', 'and', 'or', 'to', 'is', 'in', 'for', 'from', 'at']),
  ru: new Set(['Б', 'КиБ', 'МиБ', 'с', 'мин', 'ч', 'мс', 'из', 'и', 'или', 'в', 'на', 'не', 'назад']),
};

/** Behind 1 and 5 some Russian nouns are the same (байт, раз), behind 2 and 5 all in the genitive: из 5 вариантов. */
const areAlike = (a: Intl.LDMLPluralRule, b: Intl.LDMLPluralRule): boolean => a === 'many' || b === 'many';

/**
 * What is wrong with a message: where a word follows the number, the texts of two numbers of one form must be equal but
 * for the number, those of different forms must differ. `also` are words of other kinds that stay as they are.
 */
export function disagreements(
  language: Language,
  say: (count: number) => string,
  also: readonly string[] = [],
): string[] {
  const rules = new Intl.PluralRules(language);
  const byText = new Map<string, Intl.LDMLPluralRule[]>();
  const out: string[] = [];
  for (const count of COUNTS) {
    const text = say(count);
    const number = new RegExp(`(?<![\\p{L}\\d.,=:/-])${count} (\\p{L}+)`, 'gu');
    const words = [...text.matchAll(number)].map((found) => found[1]!);
    if (!words.some((word) => !UNCHANGED[language].has(word) && !also.includes(word))) continue;
    const masked = text.replace(new RegExp(`(?<![\\p{L}\\d])${count}(?![\\p{L}\\d])`, 'gu'), '#');
    const form = rules.select(count);
    const before = byText.get(masked) ?? [];
    if (before.some((other) => other !== form && !areAlike(other, form))) out.push(text);
    byText.set(masked, [...before, form]);
  }
  return out;
}
