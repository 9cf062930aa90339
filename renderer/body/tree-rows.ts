/** Which rows of a JSON tree are drawn, and what they say. Pure, and never as deep as the tree. */
import { LEAF, OBJECT, unquote, type JsonTree } from './worker/json.ts';

/** Trees of no more nodes start all open. */
const OPEN_NODES = 500;
/** Characters of a name in a row or a path. */
const NAME_MAX = 200;
/** Characters of a path, after which its beginning is left out. */
const PATH_PARTS_MAX = 500;

/** Marks of the branches that are open at first: all of a small tree, else the root and what is small in it. */
export function openAtFirst(tree: JsonTree): Uint8Array {
  const { kinds, nexts } = tree;
  const open = new Uint8Array(kinds.length);
  if (kinds.length <= OPEN_NODES) return open.fill(1);
  open[0] = 1;
  let rows = 0;
  for (let node = 1; node < kinds.length && rows <= OPEN_NODES; node = nexts[node] ?? kinds.length) {
    rows += 1 + (tree.counts[node] ?? 0);
    if (rows <= OPEN_NODES) open[node] = 1;
  }
  return open;
}

/** Nodes that are seen, in order. */
export function visibleNodes({ kinds, nexts }: JsonTree, open: Uint8Array): Int32Array {
  const rows = new Int32Array(kinds.length);
  let count = 0;
  for (let node = 0; node < kinds.length;) {
    rows[count++] = node;
    node = kinds[node] !== LEAF && open[node] === 1 ? node + 1 : (nexts[node] ?? kinds.length);
  }
  return rows.subarray(0, count);
}

/** How deep each node lies; the root at 0. */
export function depthsOf({ parents }: JsonTree): Int32Array {
  const depths = new Int32Array(parents.length);
  for (let node = 1; node < parents.length; node++) depths[node] = (depths[parents[node] ?? 0] ?? 0) + 1;
  return depths;
}

/** The value as it stands in the text. */
export function rawOf(tree: JsonTree, node: number, max = Infinity): string {
  const start = tree.starts[node] ?? 0;
  return tree.text.slice(start, Math.min(tree.ends[node] ?? start, start + max));
}

/** Its name, or its place in an array; undefined for the root. */
export function nameOf(tree: JsonTree, node: number): string | undefined {
  if ((tree.parents[node] ?? -1) < 0) return undefined;
  const start = tree.nameStarts[node] ?? -1;
  if (start < 0) return String(tree.places[node]);
  const end = tree.nameEnds[node] ?? start;
  return end - start > NAME_MAX
    ? `${tree.text.slice(start + 1, start + NAME_MAX)}…`
    : unquote(tree.text.slice(start, end));
}

const isPlainName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name);

/** The way to it from the root, as in JSONPath and JavaScript: `$.list[3]["first name"]`. */
export function pathOf(tree: JsonTree, node: number): string {
  const parts: string[] = [];
  for (let at = node; (tree.parents[at] ?? -1) >= 0 && parts.length < PATH_PARTS_MAX; at = tree.parents[at] ?? -1) {
    const name = nameOf(tree, at) ?? '';
    const inObject = tree.kinds[tree.parents[at] ?? 0] === OBJECT;
    parts.push(!inObject ? `[${name}]` : isPlainName(name) ? `.${name}` : `[${JSON.stringify(name)}]`);
  }
  return `${parts.length < PATH_PARTS_MAX ? '$' : '…'}${parts.reverse().join('')}`;
}
