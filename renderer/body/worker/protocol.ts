/** What the page asks the worker of a body, and what comes back. One body at a time; a later question ends the one before. */
import type { Laid } from './lay-out.ts';
import type { BodyMode } from './kinds.ts';
import type { Found } from './lines.ts';
import type { TextCharset } from './text.ts';

export type Question =
  | { ask: 'open'; bytes: Uint8Array; mediaType: string; charset: string | undefined; isText: boolean }
  | { ask: 'lay'; mode: BodyMode; searching: boolean }
  | { ask: 'search'; text: string };

/** Ways to show what was opened, best first, and the charset its text is in. */
export interface Opened {
  modes: BodyMode[];
  charset: TextCharset;
}

export type Answer =
  | { ask: 'open'; value: Opened }
  | { ask: 'lay'; value: Laid }
  | { ask: 'search'; value: Found }
  | { ask: 'failed'; message: string };

export interface Numbered<T> {
  id: number;
  what: T;
}
