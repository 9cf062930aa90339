/** Scripts laid out by js-beautify: loaded when the first one is looked at, and kept from what would make it endless. */
import beautify from 'js-beautify';

/** Deeper nested scripts stay as they are: each level indents all that is in it. */
const DEPTH_MAX = 100;

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

export function prettyScript(text: string): string {
  return bracketDepth(text) > DEPTH_MAX ? text : beautify.js(text, { indent_size: 2, max_preserve_newlines: 2 });
}
