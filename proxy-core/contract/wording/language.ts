/** The languages in which exchanges are explained and the window speaks. */
export type Language = 'en' | 'ru';
