/** Looks at a process once in a while: resident memory and open handles (file descriptors). Linux. */
import { readdirSync } from 'node:fs';
import type { Series } from './svg.ts';
import { rssMiB } from './world.ts';

export interface Watch {
  /** Ends it and gives the curves. */
  end(): { rss: Series; handles: Series };
}

export function watch(pid: number, everyMs: number): Watch {
  const rss: [number, number][] = [];
  const handles: [number, number][] = [];
  const began = performance.now();
  const look = (): void => {
    const second = (performance.now() - began) / 1000;
    rss.push([second, rssMiB(pid)]);
    handles.push([second, readdirSync(`/proc/${pid}/fd`).length]);
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    end: () => {
      clearInterval(timer);
      look();
      return {
        rss: { name: 'resident memory', unit: 'MiB', points: rss },
        handles: { name: 'open handles', unit: 'number', points: handles },
      };
    },
  };
}

/** How far the second half is from level: the median of its last quarter less that of its first, in the series' unit. */
export function rise({ points }: Series): number {
  const half = points.slice(points.length >> 1).map(([, value]) => value);
  const quarter = Math.max(1, half.length >> 1);
  const middle = (list: number[]): number => list.sort((a, b) => a - b)[list.length >> 1] ?? 0;
  return middle(half.slice(-quarter)) - middle(half.slice(0, quarter));
}
