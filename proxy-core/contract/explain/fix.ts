/** The smallest change in words: the change itself, what it gives, what it means for private data, or why there is none. */
import type { CannotCode, Exposure, FieldEdit, Fix } from '../fix/fix.ts';
import type { ExplainLanguage } from './explain.ts';
import { EN_FIX } from './en/fix.ts';
import type { FixTexts } from './fix-texts.ts';
import { RU_FIX } from './ru/fix.ts';

const TEXTS: Record<ExplainLanguage, FixTexts> = { en: EN_FIX, ru: RU_FIX };

/** Longer values are cut in a sentence; the list of fields has them whole. */
const MAX_QUOTED = 80;
const quoted = (text: string): string => (text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text);

/** `Send Cache-Control: max-age=60 instead of no-store, and leave out Set-Cookie.` */
export function explainChange(language: ExplainLanguage, edits: readonly FieldEdit[]): string {
  const texts = TEXTS[language];
  return texts.sentence(
    edits.map(({ name, was, value }) =>
      value === null
        ? texts.leaveOut(name)
        : texts.send(`${name}: ${quoted(value)}`, was === null || was === '' ? null : quoted(was)),
    ),
  );
}

/** What the change leads to, and which fields may stay beside it. */
export function explainGain(language: ExplainLanguage, { seconds, mayStay }: Fix, varied?: string): string[] {
  const texts = TEXTS[language];
  const gain = varied === undefined ? texts.gives(seconds) : texts.givesVaried(varied);
  return mayStay.length > 0 ? [gain, texts.mayStay(mayStay)] : [gain];
}

/** What it means for private data. */
export function explainExposure(language: ExplainLanguage, { code, names = '' }: Exposure): string {
  return TEXTS[language].exposes[code](quoted(names));
}

/** Nothing to change. */
export function explainStored(language: ExplainLanguage, seconds: number): string {
  return TEXTS[language].stored(seconds);
}

/** Why no field of the response makes it a hit. */
export function explainCannot(language: ExplainLanguage, code: CannotCode): string {
  return TEXTS[language].cannot[code];
}

/** What an ordinary request would need, where this one is a reload: that nothing is missing, or how the change is introduced. */
export function explainOrdinary(language: ExplainLanguage, isHit: boolean): string {
  return isHit ? TEXTS[language].ordinaryHit : TEXTS[language].ordinary;
}
