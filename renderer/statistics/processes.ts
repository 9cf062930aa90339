/** Memory of the processes around the core, asked with each sample while it is shown; 15 minutes are kept. */
import { useEffect } from 'react';
import type { ProcessUse } from '../../electron/desktop-api.ts';
import { MAX_SAMPLES } from '../state/stats.ts';

export type ProcessKind = ProcessUse['kind'] | 'page';
type Bytes = Partial<Record<ProcessKind, number>>;

/** By the time of the core's sample they belong to, oldest first. */
const measured = new Map<number, Bytes>();

/** Keeps what was measured with the sample of that time. */
export function keepProcesses(atMs: number, bytes: Bytes): void {
  measured.set(atMs, bytes);
  for (const oldest of measured.keys()) {
    if (measured.size <= MAX_SAMPLES) break;
    measured.delete(oldest);
  }
}

/** Bytes of a kind when the core's sample of that time came; null when they were not measured then. */
export const processBytes = (atMs: number, kind: ProcessKind): number | null => measured.get(atMs)?.[kind] ?? null;

/** What Chromium tells a page of its own heap; other browsers tell nothing. */
function pageHeap(): number | undefined {
  const { memory } = performance as Performance & { memory?: { usedJSHeapSize?: unknown } };
  return typeof memory?.usedJSHeapSize === 'number' ? memory.usedJSHeapSize : undefined;
}

async function measure(): Promise<Bytes> {
  const desktop = typeof window === 'undefined' ? undefined : window.bsdmDesktop;
  if (desktop !== undefined)
    return Object.fromEntries((await desktop.processes()).map(({ kind, bytes }) => [kind, bytes]));
  const page = pageHeap();
  return page === undefined ? {} : { page };
}

/** Which of them can be told here, in the order they are drawn. */
export function processKinds(): readonly ProcessKind[] {
  if (typeof window === 'undefined') return [];
  if (window.bsdmDesktop !== undefined) return ['window', 'shell', 'graphics', 'other'];
  return pageHeap() === undefined ? [] : ['page'];
}

/** Measures with each sample of the core. */
export function useProcesses(atMs: number): void {
  useEffect(() => {
    if (atMs === 0) return;
    measure().then(
      (bytes) => keepProcesses(atMs, bytes),
      () => undefined, // the shell is going: there is nothing to draw any more
    );
  }, [atMs]);
}
