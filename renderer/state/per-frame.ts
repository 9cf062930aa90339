/**
 * Runs an update at most once per drawn frame, however often it is asked for. When drawing takes longer than a frame
 * (a flood of rows, a busy machine) updates come less often, so that clicks and keys are answered between them.
 */

/** A hidden page draws no frames; its updates run on this slow clock instead so that counts stay right. */
const HIDDEN_MS = 500;
/** A frame at 60 Hz; what an update takes beyond it counts as its cost. */
const FRAME_MS = 17;
/** Pause after a costly update, in multiples of its cost. */
const REST = 2;
const MAX_REST_MS = 250;

/** How long to wait before the next update, when the last one held up the following frame by this much. Pure. */
export function restAfter(frameMs: number): number {
  return Math.min(MAX_REST_MS, Math.max(0, frameMs - FRAME_MS) * REST);
}

/** Wraps `run`: calls within one frame become one. */
export function perFrame(run: () => void): () => void {
  let pending = false;
  let restUntil = 0;
  function go(): void {
    const start = performance.now();
    if (start < restUntil) {
      // The page may be gone by then.
      setTimeout(() => globalThis.requestAnimationFrame?.(go), restUntil - start);
      return;
    }
    pending = false;
    run();
    requestAnimationFrame(() => {
      const end = performance.now();
      restUntil = end + restAfter(end - start);
    });
  }
  return () => {
    if (pending) return;
    pending = true;
    if (typeof document !== 'undefined' && document.visibilityState === 'visible') requestAnimationFrame(go);
    else
      setTimeout(() => {
        pending = false;
        run();
      }, HIDDEN_MS);
  };
}
