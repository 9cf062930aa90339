/** Exceptions that must not reach whoever called: counted, and said once for each place. */

/** Told of an exception that was caught at `where`; never throws. */
export type ReportFault = (where: string, error: unknown) => void;

/** Places that are named in the log; a fault that repeats is only counted. */
const MAX_PLACES = 200;

/** Counts faults; logs the first of each place. */
export class FaultLog {
  count = 0;
  readonly #places = new Set<string>();
  readonly #log: (message: string) => void;

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  readonly report: ReportFault = (where, error) => {
    this.count++;
    if (this.#places.has(where) || this.#places.size >= MAX_PLACES) return;
    this.#places.add(where);
    try {
      this.#log(`unexpected failure in ${where}, the proxy goes on (said once): ${describeFault(error)}`);
    } catch {
      // A log that fails has nobody left to tell.
    }
  };
}

/** Tells everybody; one who throws is no reason for the others not to be told. */
export function tellAll<T>(listeners: Iterable<(item: T) => void>, item: T, where: string, report: ReportFault): void {
  for (const listener of listeners) {
    try {
      listener(item);
    } catch (error) {
      report(where, error);
    }
  }
}

/** What was thrown, with its stack where there is one. */
function describeFault(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
