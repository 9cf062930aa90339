/** Messages about so many things, in both languages; no other text of the catalogue takes a number. */
import { countedIn, type Forms } from '../../proxy-core/contract/wording/plurals.ts';
import { numbersOf } from '../../proxy-core/contract/wording/units.ts';

export const countedEn = countedIn('en', numbersOf('en').count);
export const countedRu = countedIn('ru', numbersOf('ru').count);

/** A text that is the same behind any number. */
export const sameEn = (text: string): Forms<'en'> => ({ one: text, other: text });
export const sameRu = (text: string): Forms<'ru'> => ({ one: text, few: text, many: text });

/** What of a catalogue takes a number and has no forms for it: nothing. */
type WithoutForms<T> = T extends { counted: true } | readonly unknown[]
  ? never
  : T extends (...given: infer Given) => unknown
    ? Extract<Given[number], number>
    : T extends object
      ? { [Key in keyof T]: WithoutForms<T[Key]> }[keyof T]
      : never;

/** The catalogue, unless one of its texts takes a number without forms: then there is none, and nothing compiles. */
export type AllCounted<T> = [WithoutForms<T>] extends [never] ? T : never;
