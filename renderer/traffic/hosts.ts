/** Captured exchanges by host and first part of the path: the tree beside the table. Pure. */
import type { TrafficRow } from '../state/traffic-ring.ts';

export interface HostCount {
  name: string;
  count: number;
  hits: number;
  errors: number;
}
export interface HostNode extends HostCount {
  paths: HostCount[];
}

/** More hosts, or paths of a host, than this are summed up at the end of the list. */
const MAX_HOSTS = 300;
const MAX_PATHS = 40;

const byCount = (a: HostCount, b: HostCount): number => b.count - a.count || (a.name < b.name ? -1 : 1);

/** `/img/teapot.png?x` as `/img/`; a path without a folder stays itself without its query. */
export function firstPart(path: string): string {
  const bare = path.split('?')[0] ?? '';
  const end = bare.indexOf('/', 1);
  return end < 0 ? bare : bare.slice(0, end + 1);
}

function add(into: Map<string, HostCount>, name: string, row: TrafficRow): HostCount {
  const found = into.get(name) ?? { name, count: 0, hits: 0, errors: 0 };
  found.count++;
  if (row.cacheStatus === 'HIT') found.hits++;
  if (row.state === 'failed' || (row.status ?? 0) >= 400) found.errors++;
  into.set(name, found);
  return found;
}

export function countHosts(forEachRow: (visit: (row: TrafficRow) => void) => void): {
  hosts: HostNode[];
  left: number;
} {
  const hosts = new Map<string, HostCount>();
  const paths = new Map<string, Map<string, HostCount>>();
  forEachRow((row) => {
    add(hosts, row.host, row);
    if (row.path === '') return;
    const own = paths.get(row.host) ?? new Map<string, HostCount>();
    paths.set(row.host, own);
    add(own, firstPart(row.path), row);
  });
  const sorted = [...hosts.values()].sort(byCount);
  return {
    hosts: sorted.slice(0, MAX_HOSTS).map((host) => ({
      ...host,
      paths: [...(paths.get(host.name)?.values() ?? [])].sort(byCount).slice(0, MAX_PATHS),
    })),
    left: Math.max(0, sorted.length - MAX_HOSTS),
  };
}
