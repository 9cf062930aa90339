import { defineConfig } from '@playwright/test';

/** Two runs of the same stories: the core headless with a browser, and the desktop app on a real Electron. */
export default defineConfig({
  outputDir: 'test-results',
  // Each spec starts whole applications; on two cores more at once would only disturb one another.
  workers: 1,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  projects: [
    { name: 'headless', testDir: 'e2e/headless' },
    { name: 'desktop', testDir: 'e2e/desktop' },
  ],
});
