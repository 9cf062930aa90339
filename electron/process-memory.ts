/** Memory of the app's processes by kind, from what Electron measures. Pure. */
import type { ProcessUse } from './desktop-api.ts';

/** The fields that are read of Electron's `ProcessMetric`. */
export interface Measured {
  type: string;
  serviceName?: string;
  /** KiB. */
  memory: { workingSetSize: number };
}

const KINDS: ReadonlyMap<string, ProcessUse['kind']> = new Map([
  ['Browser', 'shell'],
  ['Tab', 'window'],
  ['GPU', 'graphics'],
]);

/** Sums by kind. The core is left out: it tells its own, in more detail. */
export function memoryByKind(measured: readonly Measured[], coreService: string): ProcessUse[] {
  const sums = new Map<ProcessUse['kind'], number>();
  for (const { type, serviceName, memory } of measured) {
    // A utility process is named by its service in some versions, by `node.mojom.NodeService` in others.
    if (type === 'Utility' && (serviceName === coreService || serviceName === 'node.mojom.NodeService')) continue;
    const kind = KINDS.get(type) ?? 'other';
    sums.set(kind, (sums.get(kind) ?? 0) + memory.workingSetSize * 1024);
  }
  return [...sums].map(([kind, bytes]) => ({ kind, bytes }));
}
