/** Globs that give back what their stars matched. */

/**
 * What each `*` of the pattern matched, in order, when the whole text matches, else undefined. `?` is one character; case
 * counts. Each star but the last takes as little as it can. Walks back to the last star only, so that the time is at most
 * the length of the text times that of the pattern.
 */
export function captureGlob(pattern: string, text: string): string[] | undefined {
  const starts: number[] = [];
  const ends: number[] = [];
  let p = 0;
  let t = 0;
  let star = -1;
  while (t < text.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      starts.push(t);
      ends.push(t);
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++ends[ends.length - 1]!;
    } else return undefined;
  }
  for (; pattern[p] === '*'; p++) {
    starts.push(text.length);
    ends.push(text.length);
  }
  return p === pattern.length ? starts.map((start, n) => text.slice(start, ends[n])) : undefined;
}

/** Puts captures in: `$1` to `$9`, `$$` for a dollar; a number nothing was captured for is left out. */
export function fillCaptures(template: string, captures: readonly string[]): string {
  return template.replace(/\$([1-9$])/g, (_, what: string) =>
    what === '$' ? '$' : (captures[Number(what) - 1] ?? ''),
  );
}
