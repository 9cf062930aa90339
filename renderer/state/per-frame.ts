/** Runs an update at most once per drawn frame, however often it is asked for. */

/** A hidden page draws no frames; its updates run on this slow clock instead so that counts stay right. */
const HIDDEN_MS = 500;

/** Wraps `run`: calls within one frame become one. */
export function perFrame(run: () => void): () => void {
  let pending = false;
  const go = (): void => {
    if (!pending) return;
    pending = false;
    run();
  };
  return () => {
    if (pending) return;
    pending = true;
    if (typeof document !== 'undefined' && document.visibilityState === 'visible') requestAnimationFrame(go);
    else setTimeout(go, HIDDEN_MS);
  };
}
