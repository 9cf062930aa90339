/**
 * Globs over URLs: `*` any run of characters, `?` one (so also the one that begins a query). The whole URL must match;
 * the scheme may be left out.
 */
import { globMatches } from '../../contract/glob.ts';

/** Prepares a matcher; case does not count. */
export function makeGlobMatcher(glob: string): (url: string) => boolean {
  const pattern = glob.toLowerCase();
  const withScheme = /^([a-z]+:|\*)/.test(pattern);
  return (url) => {
    const text = url.toLowerCase();
    return globMatches(pattern, withScheme ? text : text.slice(text.indexOf('://') + 3));
  };
}
