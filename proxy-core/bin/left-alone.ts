/**
 * npx passes no SIGTERM on: it ends, with the shell it had started, and what that ran would go on with nobody to end it, its port taken. Whoever
 * started this with npx and ends npx means this.
 */

/** How often it is looked, ms. */
const LOOK_MS = 500;

/** Whoever started this: looked up at once, for it may have gone by the time somebody asks. */
const STARTED_BY = process.ppid;

/** Resolves when this was started by npx and that has gone; else never. On Windows processes keep the id of a parent that has gone. */
export function leftByNpx(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (process.platform === 'win32' || env['npm_command'] !== 'exec') return new Promise(() => undefined);
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === STARTED_BY) return;
      clearInterval(timer);
      resolve();
    }, LOOK_MS).unref();
  });
}
