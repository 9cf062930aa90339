/// <reference lib="dom" />
/**
 * What runs inside the page that is measured: meters around it, never in it. Given to the browser as text, so that each
 * function stands alone; `window.ts` reads what they gather.
 */

export interface Meters {
  /** Times between drawn frames since `begin`, ms. */
  frames: number[];
  /** Tasks of the page's thread that took longer than 50 ms: begin (ms since `begin`), length, what the browser says of it. */
  longTasks: { at: number; ms: number; who: string }[];
  /** Frames whose making took longer than 50 ms, in the same way. */
  longFrames: { at: number; ms: number; who: string }[];
  /** React's commits. */
  commits: number;
  /** Messages of the core that carry rows of the traffic list, and how many rows. */
  batches: number;
  rows: number;
  /** Times of the day (ms) at which a frame had been drawn, with the number of the newest row in it. */
  drawn: [atMs: number, newest: number][];
}

declare global {
  var bsdmMeters: { begin(): void; end(): Meters };
}

/** Runs before the page's own scripts. */
export function installMeters(): void {
  let meters: Meters | undefined;
  let began = 0;
  const empty = (): Meters => ({
    frames: [],
    longTasks: [],
    longFrames: [],
    commits: 0,
    batches: 0,
    rows: 0,
    drawn: [],
  });

  // React tells developer tools of each commit, in the built page too.
  Object.defineProperty(globalThis, '__REACT_DEVTOOLS_GLOBAL_HOOK__', {
    value: {
      supportsFiber: true,
      renderers: new Map(),
      inject: () => 1,
      onCommitFiberRoot: () => {
        if (meters !== undefined) meters.commits++;
      },
      onCommitFiberUnmount: () => undefined,
      onPostCommitFiberRoot: () => undefined,
      checkDCE: () => undefined,
    },
  });

  // The page sets its own listener; this one only looks at the beginning of what comes.
  globalThis.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (meters === undefined || typeof data !== 'string') return;
        if (!data.slice(0, 120).includes('"firstSeq"')) return;
        meters.batches++;
        for (let at = data.indexOf('"seq":'); at >= 0; at = data.indexOf('"seq":', at + 6)) meters.rows++;
      });
    }
  };

  const observe = (type: string, into: 'longTasks' | 'longFrames'): void => {
    new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) {
        const facts: { scripts?: { invoker: string; sourceFunctionName: string; duration: number }[] } =
          entry.toJSON() as object;
        const who = (facts.scripts ?? [])
          .map((script) => `${script.sourceFunctionName || script.invoker} ${Math.round(script.duration)} ms`)
          .join(', ');
        if (meters !== undefined && entry.startTime >= began)
          meters[into].push({ at: entry.startTime - began, ms: entry.duration, who });
      }
    }).observe({ type });
  };
  observe('longtask', 'longTasks');
  observe('long-animation-frame', 'longFrames');

  let last = 0;
  let newest = 0;
  const frame = (now: number): void => {
    requestAnimationFrame(frame);
    if (meters === undefined) return;
    if (last > 0) meters.frames.push(now - last);
    last = now;
    // What stands in the page now was drawn with the frame before this one.
    let seen = 0;
    for (const row of document.querySelectorAll('[data-testid="traffic-row"]'))
      seen = Math.max(seen, Number(row.getAttribute('data-key')));
    if (seen === newest) return;
    newest = seen;
    meters.drawn.push([performance.timeOrigin + performance.now(), seen]);
  };
  requestAnimationFrame(frame);

  globalThis.bsdmMeters = {
    begin: () => {
      meters = empty();
      last = newest = 0;
      began = performance.now();
    },
    end: () => {
      const made = meters ?? empty();
      meters = undefined;
      return made;
    },
  };
}
