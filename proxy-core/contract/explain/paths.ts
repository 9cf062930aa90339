/**
 * Paths that a person takes for the same: they differ by a slash at the end, case, percent-encoding, dot segments or
 * `index.html` only. Linear in the length of the path.
 */

/** In what two such paths differ, the first of it. */
export type PathDifference = 'slash' | 'case' | 'encoding' | 'dots' | 'index';

const WAYS: readonly [name: PathDifference, without: (path: string) => string][] = [
  ['encoding', decodedOnce],
  ['dots', withoutDots],
  ['index', (path) => path.replace(/\/index\.html?$/i, '/')],
  ['slash', (path) => (path.endsWith('/') ? path.slice(0, -1) : path)],
  ['case', (path) => path.toLowerCase()],
];

/** The path without all that does not tell one thing from another. */
export function plainPath(path: string): string {
  let out = path;
  for (const [, without] of WAYS) out = without(out);
  return out;
}

/** What differs; several names when it takes all of them to make the paths equal, none when they are of two things. */
export function pathDifferences(stored: string, sent: string): PathDifference[] {
  const out: PathDifference[] = [];
  let [a, b] = [stored, sent];
  for (const [name, without] of WAYS) {
    if (a === b) return out;
    const [nextA, nextB] = [without(a), without(b)];
    if (nextA !== a || nextB !== b) {
      // A slash at the end of both, or the case of both, is no difference.
      if (name !== 'case' ? (nextA === a) !== (nextB === b) || name === 'encoding' || name === 'dots' : nextA === nextB)
        out.push(name);
      [a, b] = [nextA, nextB];
    }
  }
  return a === b ? out : [];
}

/** Escapes of letters, digits and `-._~` as these characters (RFC 3986 §6.2.2.2), the others in upper case. */
function decodedOnce(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const char = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(char) ? char : escape.toUpperCase();
  });
}

/** RFC 3986 §5.2.4. */
function withoutDots(path: string): string {
  if (!path.includes('/.')) return path;
  const out: string[] = [];
  const segments = path.split('/');
  segments.forEach((segment, index) => {
    const isDots = segment === '.' || segment === '..';
    if (segment === '..') {
      if (out.length > 1) out.pop();
    } else if (!isDots) out.push(segment);
    // A dot segment at the end leaves the slash before it.
    if (isDots && index === segments.length - 1) out.push('');
  });
  return out.join('/');
}
