/**
 * Globs over URLs: `*` any run of characters, `?` one (so also the one that begins a query). The whole URL must match;
 * the scheme may be left out. Walks back to the last star only, so that no pattern takes exponential time.
 */

/** Prepares a matcher; case does not count. */
export function makeGlobMatcher(glob: string): (url: string) => boolean {
  const pattern = glob.toLowerCase();
  const withScheme = /^([a-z]+:|\*)/.test(pattern);
  return (url) => {
    const text = url.toLowerCase();
    return globMatches(pattern, withScheme ? text : text.slice(text.indexOf('://') + 3));
  };
}

function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let starText = 0;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      starText = t;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++starText;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
