/** What each tile's course is made of. */
import type { StatsSample } from '../../proxy-core/contract/stats.ts';
import { latency, perSecond, share, sumOf, type Read } from './series.ts';

export type TileId =
  'rate' | 'ratio' | 'fromCache' | 'latency' | 'missLatency' | 'bytes' | 'entries' | 'inFlight' | 'memory';

const allStatuses = (sample: StatsSample): number => sumOf(sample.totals.byCacheStatus);

export const tileReads: readonly { id: TileId; read: Read }[] = [
  { id: 'rate', read: perSecond((sample) => sample.totals.requests) },
  { id: 'ratio', read: share((sample) => sample.totals.byCacheStatus.HIT, allStatuses) },
  { id: 'fromCache', read: perSecond((sample) => sample.totals.bytesByCacheStatus.HIT) },
  { id: 'latency', read: latency((sample) => sample.totals.hitLatency, 0.5) },
  { id: 'missLatency', read: latency((sample) => sample.totals.missLatency, 0.5) },
  { id: 'bytes', read: (now) => now.cache.bytes },
  { id: 'entries', read: (now) => now.cache.entries },
  { id: 'inFlight', read: (now) => now.totals.inFlight },
  { id: 'memory', read: (now) => now.memory.rss },
];
