/** Scripts laid out by js-beautify: loaded when the first one is looked at, and kept from what would make it endless. */
import beautify from 'js-beautify';
import { bracketDepth } from './code-language.ts';

/** Deeper nested scripts stay as they are: each level indents all that is in it. */
const DEPTH_MAX = 100;

export function prettyScript(text: string): string {
  return bracketDepth(text) > DEPTH_MAX ? text : beautify.js(text, { indent_size: 2, max_preserve_newlines: 2 });
}
