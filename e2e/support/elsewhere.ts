/**
 * Specs that cannot run everywhere, and say why. A run in which desktop specs must not be skipped takes these reasons, and no others
 * (`forbidSkips` in scripts/lib/report.mjs): a tool that is only missing fails it.
 */
import { test } from '@playwright/test';

/** For these systems alone; `why` says what the others have in its place. */
export function onlyOn(systems: readonly NodeJS.Platform[], why: string): void {
  test.skip(!systems.includes(process.platform), `not on ${process.platform}: ${why}`);
}

/** For accounts and programs that allow it. */
export function needs(isThere: boolean, what: string): void {
  test.skip(!isThere, `needs ${what}`);
}
