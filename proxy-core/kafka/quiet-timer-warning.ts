/**
 * kafkajs 2.2.4 arms a timer with a negative delay on every answer (its issue 1751), and Node prints a
 * TimeoutNegativeWarning once for it. Node treats the delay as 1 ms, so nothing is wrong; only this one warning is kept
 * from the log.
 */

let installed = false;

/** Keeps that warning quiet in this process from now on; other warnings pass. */
export function quietTimerWarning(): void {
  if (installed) return;
  installed = true;
  const warn: typeof process.emitWarning = process.emitWarning.bind(process);
  process.emitWarning = new Proxy(warn, {
    apply(target, self, args: unknown[]) {
      if (args[1] !== 'TimeoutNegativeWarning') Reflect.apply(target, self, args);
    },
  });
}
