/** The shape of one language's words about the smallest change: a text missing for a code does not compile. */
import type { CannotCode, ExposureCode } from '../fix/fix.ts';

export interface FixTexts {
  /** One field; `value` and `was` as `Name: value`. */
  send: (value: string, was: string | null) => string;
  leaveOut: (name: string) => string;
  /** Joins what is to be done into a sentence. */
  sentence: (parts: readonly string[]) => string;
  gives: (seconds: number) => string;
  /** The stored response was for other values of these fields. */
  givesVaried: (names: string) => string;
  mayStay: (names: readonly string[]) => string;
  exposes: Record<ExposureCode, (names: string) => string>;
  stored: (seconds: number) => string;
  cannot: Record<CannotCode, string>;
  /** An ordinary request would be a hit as things are. */
  ordinaryHit: string;
  /** Goes before the change that helps an ordinary request. */
  ordinary: string;
}
