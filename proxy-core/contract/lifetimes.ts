/** How long the core takes to end, and what it says when it ends by itself. Shared with the shell that waits for it. */

/** Busy client connections get this long to finish when the core stops, ms; also when it moves to another port. */
export const STOP_GRACE_MS = 5000;
/** What waits for Kafka may go out for this long from the moment the core is told to stop, beside the grace above, ms. */
const KAFKA_FLUSH_MS = 5000;
/** … and for at least this long after the last exchange has ended, whose record may be the last one, ms. */
const KAFKA_TAIL_MS = 2000;
/** By then the core has stopped, ms. Whoever would end it by force waits longer than this. */
export const CORE_STOP_MS = Math.max(STOP_GRACE_MS + KAFKA_TAIL_MS, KAFKA_FLUSH_MS) + 1000;

/** What Kafka has left when the exchanges took `elapsedMs` of the stop. */
export function kafkaFlushMs(elapsedMs: number): number {
  return Math.max(KAFKA_TAIL_MS, KAFKA_FLUSH_MS - elapsedMs);
}

/** Begins the line on standard error that says why the core ends by itself; its reader is the shell. */
const LAST_WORDS = 'unexpected failure, the core ends: ';
const LONGEST_WORDS = 300;

/** The line for something thrown that nobody caught, without a line break. */
export function lastWords(thrown: unknown): string {
  return `${LAST_WORDS}${describeThrown(thrown).replace(/\s+/g, ' ').slice(0, LONGEST_WORDS)}`;
}

/** The reason in a core's standard error, when it ended with {@link lastWords}; the last one counts. */
export function readLastWords(errors: string): string | undefined {
  const at = errors.lastIndexOf(LAST_WORDS);
  return at === -1
    ? undefined
    : errors
        .slice(at + LAST_WORDS.length)
        .split('\n', 1)[0]!
        .slice(0, LONGEST_WORDS);
}

/** `TypeError: …` for an error; anything else as text, whatever it is. */
export function describeThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  } catch {
    return 'something that cannot be put into words';
  }
}
