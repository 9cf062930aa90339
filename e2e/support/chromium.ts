/** The Chromium the headless specs drive: as UI in a browser, and as a client of the proxy. */
import { chromium, type Browser, type LaunchOptions } from '@playwright/test';
import fs from 'node:fs';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** BSDM_CHROMIUM, else one that is installed, else Playwright's own (undefined lets Playwright choose it). */
function chromiumPath(): string | undefined {
  const named = process.env['BSDM_CHROMIUM'];
  if (named !== undefined && named !== '') return named;
  return USUAL_PLACES.find((place) => fs.existsSync(place));
}

/** How it is started: with `proxy` (`host:port`) everything, loopback included, goes through it. */
export function browserOptions(proxy?: string, more: string[] = []): LaunchOptions {
  const executablePath = chromiumPath();
  const args = proxy === undefined ? [] : [`--proxy-server=http://${proxy}`, '--proxy-bypass-list=<-loopback>'];
  return { ...(executablePath === undefined ? {} : { executablePath }), args: [...args, ...more] };
}

/**
 * Starts a headless Chromium. With `spkiSha256` it trusts certificates signed by that key, and no others that it would not trust
 * anyway.
 */
export async function launchChromium(proxy?: string, spkiSha256?: string): Promise<Browser> {
  const trust = spkiSha256 === undefined ? [] : [`--ignore-certificate-errors-spki-list=${spkiSha256}`];
  return chromium.launch(browserOptions(proxy, trust));
}
