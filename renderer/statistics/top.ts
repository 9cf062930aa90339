/** What is asked most and why it misses, counted over captured exchanges. Pure. */
import type { TrafficRow } from '../state/traffic-ring.ts';

export interface Counted {
  name: string;
  count: number;
  /** Of them, answered from the cache. */
  hits: number;
}
export interface Top {
  hosts: Counted[];
  /** Hosts that are not in the list. */
  hostsLeft: number;
  /** Reasons of misses. */
  reasons: Counted[];
  exchanges: number;
  misses: number;
}

const MOST = 8;

function add(into: Map<string, Counted>, name: string, hit: boolean): void {
  const found = into.get(name);
  if (found === undefined) into.set(name, { name, count: 1, hits: hit ? 1 : 0 });
  else {
    found.count++;
    if (hit) found.hits++;
  }
}
const most = (counts: Map<string, Counted>): Counted[] =>
  [...counts.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)).slice(0, MOST);

export function countTop(forEachRow: (visit: (row: TrafficRow) => void) => void): Top {
  const hosts = new Map<string, Counted>();
  const reasons = new Map<string, Counted>();
  let exchanges = 0;
  let misses = 0;
  forEachRow((row) => {
    exchanges++;
    add(hosts, row.host, row.cacheStatus === 'HIT');
    if (row.cacheStatus !== 'MISS' || row.reason === undefined) return;
    misses++;
    add(reasons, row.reason, false);
  });
  return {
    hosts: most(hosts),
    hostsLeft: Math.max(0, hosts.size - MOST),
    reasons: most(reasons),
    exchanges,
    misses,
  };
}
