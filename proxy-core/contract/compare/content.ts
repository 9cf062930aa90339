/** Two contents beside each other: as JSON by its paths, as text by its lines, as bytes by the first one that differs. Pure and bounded. */

/** A value at each side, as JSON text; undefined where there is none. */
export interface JsonDifference {
  path: string;
  left: string | undefined;
  right: string | undefined;
}

export interface DiffLine {
  kind: 'same' | 'left' | 'right';
  text: string;
}

/** Differences that are told. */
const MOST = 500;
/** Levels that are gone down; what differs below is told as a whole. */
const DEEPEST = 200;
/** Cells of the table behind a diff of lines. */
const CELLS = 4_000_000;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const step = (path: string, key: string): string =>
  /^[A-Za-z_]\w{0,79}$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;

/** Where two values of JSON differ, by path; the order of names does not count. `$` is the whole. */
export function diffJson(left: unknown, right: unknown): JsonDifference[] {
  const out: JsonDifference[] = [];
  const told = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));
  const go = (a: unknown, b: unknown, path: string, depth: number): void => {
    if (out.length >= MOST || a === b) return;
    if (depth < DEEPEST && Array.isArray(a) && Array.isArray(b))
      for (let at = 0; at < Math.max(a.length, b.length) && out.length < MOST; at++)
        go(a[at], b[at], `${path}[${at}]`, depth + 1);
    else if (depth < DEEPEST && isObject(a) && isObject(b))
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        go(
          Object.hasOwn(a, key) ? a[key] : undefined,
          Object.hasOwn(b, key) ? b[key] : undefined,
          step(path, key),
          depth + 1,
        );
    else if (depth < DEEPEST || JSON.stringify(a) !== JSON.stringify(b))
      out.push({ path, left: told(a), right: told(b) });
  };
  go(left, right, '$', 0);
  return out;
}

/** Lines of both, those they share once; undefined when they are too many to be held against each other. */
export function diffLines(left: string, right: string): DiffLine[] | undefined {
  const [a, b] = [left.split('\n'), right.split('\n')];
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin++;
  let end = 0;
  while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [rows, columns] = [a.length - begin - end, b.length - begin - end];
  if ((rows + 1) * (columns + 1) > CELLS) return undefined;
  // Lengths of the longest common subsequences of what stands behind each pair of lines.
  const width = columns + 1;
  const lengths = new Uint32Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[begin + i] === b[begin + j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!);
  const out: DiffLine[] = a.slice(0, begin).map((text) => ({ kind: 'same', text }));
  let [i, j] = [0, 0];
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[begin + i] === b[begin + j]) {
      out.push({ kind: 'same', text: a[begin + i]! });
      i++;
      j++;
    } else if (j >= columns || (i < rows && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!))
      out.push({ kind: 'left', text: a[begin + i++]! });
    else out.push({ kind: 'right', text: b[begin + j++]! });
  }
  for (const text of a.slice(a.length - end)) out.push({ kind: 'same', text });
  return out;
}

/** Place of the first byte that differs, where one of the two ends at the latest; -1 when they are the same. */
export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) if (left[at] !== right[at]) return at;
  return left.length === right.length ? -1 : length;
}
