/** Which texts are shown with colours and folds: only such that a highlighter is through with at once. Pure. */
import type { LineIndex } from './lines.ts';
import { LINE_MAX } from './lines.ts';

export type CodeLanguage = 'json' | 'html' | 'css' | 'script' | 'xml';

/** Longer texts are lines without colours. */
const TEXT_MAX = 128 * 1024;
/** Brackets in brackets; `<` counts as one that is closed by `</` and `/>`. */
const BRACKETS_MAX = 200;
const ELEMENTS_MAX = 1000;

function languageOf(mediaType: string): CodeLanguage | undefined {
  if (mediaType.includes('json')) return 'json';
  if (mediaType.includes('html')) return 'html';
  if (mediaType.includes('xml')) return 'xml';
  if (mediaType.includes('css')) return 'css';
  return /(?:java|ecma)script$/.test(mediaType) ? 'script' : undefined;
}

/** How deep brackets lie in brackets; those in strings and comments count too, which does no harm. */
export function bracketDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 40 || code === 91 || code === 123) deepest = Math.max(deepest, ++depth);
    else if (code === 41 || code === 93 || code === 125) depth--;
  }
  return deepest;
}

function elementDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    if (text.charAt(at + 1) === '/') depth--;
    else deepest = Math.max(deepest, ++depth);
  }
  return deepest;
}

/** The language of a text that is tame enough to be shown in colours. */
export function codeLanguage({ text, starts, cut }: LineIndex, mediaType: string): CodeLanguage | undefined {
  const language = languageOf(mediaType);
  if (language === undefined || cut || text.length > TEXT_MAX) return undefined;
  for (let line = 1; line < starts.length; line++)
    if ((starts[line] ?? 0) - (starts[line - 1] ?? 0) >= LINE_MAX) return undefined;
  const isTame = bracketDepth(text) <= BRACKETS_MAX && elementDepth(text) <= ELEMENTS_MAX;
  return isTame ? language : undefined;
}
