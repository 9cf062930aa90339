/** What a person does in the window, by the words and roles they see. Works in the desktop window and in the browser UI. */
import { expect, type Browser, type Locator, type Page } from '@playwright/test';

export const VIEWS = ['Traffic', 'Cache', 'Statistics', 'Rules', 'Compose', 'Connect', 'Settings'] as const;
export type View = (typeof VIEWS)[number];

/** Opens a view by its button in the rail. */
export async function goTo(page: Page, view: View): Promise<void> {
  const button = page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view });
  await button.click();
  await expect(button).toHaveAttribute('aria-current', 'page');
}

/** Waits until the window shows where the proxy listens; `host:port`. */
export async function proxyAddress(page: Page): Promise<string> {
  const chip = page.getByTestId('listening-address');
  await expect(chip).toContainText(/:\d+/);
  return /[\w.[\]]+:\d+/.exec(await chip.innerText())?.[0] ?? '';
}

/** Rows of the live table for exactly this address. */
export function trafficRows(page: Page, url: string): Locator {
  return page.locator(`[data-testid="traffic-row"][data-url="${url}"]`);
}

/** Rows of stored responses for exactly this address in the cache view. */
export function entryRows(page: Page, url: string): Locator {
  return page.locator(`[data-testid="cache-row"][data-url="${url}"]`);
}

/** Opens a stored response in the cache view; the pane that shows it. */
export async function openEntry(page: Page, url: string): Promise<Locator> {
  await entryRows(page, url).first().click();
  const pane = page.getByRole('region', { name: 'Entry' });
  await expect(pane).toContainText(url);
  return pane;
}

/** A page of its own with the browser UI, drawn: keys count from here on. */
export async function openPage(browser: Browser, ui: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(ui);
  await expect(page.getByRole('navigation', { name: 'Views' })).toBeVisible();
  return page;
}

/** Goes from control to control until the one that is meant has the focus. */
export async function tabTo(page: Page, target: Locator, key = 'Tab'): Promise<void> {
  for (let steps = 0; steps < 80; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${String(target)} cannot be reached with ${key}`);
}
