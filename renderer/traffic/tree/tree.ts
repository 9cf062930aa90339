/**
 * Captured exchanges as a tree: hosts, or clients and then hosts, below them the parts of the path, at the end the rows.
 * Only what is unfolded is counted, in one pass over the rows. Pure.
 */
import type { Grouping } from '../../state/prefs.ts';
import type { TrafficRow } from '../../state/traffic-ring.ts';

/** What a node of the tree narrows the list to. */
export interface Place {
  readonly client?: string;
  /** The client has a name; else its address stands for it. */
  readonly isApp?: boolean;
  readonly host?: string;
  /** With a slash at its end it is that of a folder. */
  readonly path?: string;
}

export interface TreeNode {
  /** Unlike that of any other node. */
  readonly id: string;
  readonly name: string;
  readonly place: Place;
  count: number;
  hits: number;
  errors: number;
  /** Whether it can be unfolded. */
  readonly isFolder: boolean;
  /** The busiest first; of what is folded there are none. */
  nodes: TreeNode[];
  /** So many more there are. */
  left: number;
  /** Below the last part of a path: the newest rows. */
  rows: TrafficRow[];
}

/** More than this in one place are summed up at its end. */
const NODES_MAX = 300;
const ROWS_MAX = 50;
/** Deeper paths are not taken apart further. */
const PARTS_MAX = 16;

/** `/a/b/c?x` as `/a/`, `b/`, `c`. */
export function partsOf(path: string): string[] {
  const end = path.indexOf('?');
  const bare = end < 0 ? path : path.slice(0, end);
  const parts: string[] = [];
  let from = 0;
  while (from < bare.length) {
    const slash = parts.length < PARTS_MAX - 1 ? bare.indexOf('/', parts.length === 0 ? from + 1 : from) : -1;
    const to = slash < 0 ? bare.length : slash + 1;
    parts.push(bare.slice(from, to));
    from = to;
  }
  return parts;
}

interface Made extends TreeNode {
  readonly found: Map<string, Made>;
}

function make(id: string, name: string, place: Place, isFolder: boolean): Made {
  return { id, name, place, count: 0, hits: 0, errors: 0, isFolder, nodes: [], left: 0, rows: [], found: new Map() };
}

function count(node: Made, row: TrafficRow): void {
  node.count++;
  if (row.cacheStatus === 'HIT') node.hits++;
  if (row.state === 'failed' || (row.status ?? 0) >= 400) node.errors++;
}

/** The node of that name below another one, counted. */
function below(node: Made, row: TrafficRow, name: string, place: Place, isFolder: boolean): Made {
  const id = `${node.id}\n${name}`;
  let found = node.found.get(name);
  if (found === undefined) node.found.set(name, (found = make(id, name, place, isFolder)));
  count(found, row);
  return found;
}

function sorted(node: Made): TreeNode {
  const all = [...node.found.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  node.nodes = all.slice(0, NODES_MAX).map(sorted);
  node.left = all.length - node.nodes.length;
  return node;
}

/** The tree as it is unfolded: `open` has the ids of nodes. */
export function growTree(
  forEachRow: (visit: (row: TrafficRow) => void) => void,
  grouping: Grouping,
  open: ReadonlySet<string>,
): TreeNode {
  const root = make('', '', {}, true);
  forEachRow((row) => {
    let node = root;
    let place: Place = {};
    if (grouping === 'client') {
      const name = row.app ?? row.client;
      place = { client: name, isApp: row.app !== undefined };
      node = below(node, row, name, place, true);
      if (!open.has(node.id)) return;
    }
    place = { ...place, host: row.host };
    node = below(node, row, row.host, place, true);
    if (!open.has(node.id)) return;
    let path = '';
    for (const part of partsOf(row.path)) {
      path += part;
      node = below(node, row, part, { ...place, path }, true);
      if (!open.has(node.id)) return;
    }
    // The folder itself and what is in it stand side by side.
    node.rows.push(row);
    if (node.rows.length > ROWS_MAX) node.rows.shift();
  });
  return sorted(root);
}
