/** How long to wait before starting a crashed core again. Pure. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

/**
 * Wait before restart number `attempt` (1 is the first after a healthy run). The first is immediate: people's browsers are
 * waiting. Then doubling, with a cap low enough that a cause that went away is noticed soon.
 * A core that said why it cannot start (port taken) gains nothing from an immediate second try, hence `saidWhy`.
 */
export function restartDelayMs(attempt: number, saidWhy: boolean): number {
  const step = saidWhy ? attempt + 1 : attempt;
  return step <= 1 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** Math.min(step - 2, 10), LONGEST_WAIT_MS);
}
