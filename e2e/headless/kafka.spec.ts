/** The mirror from the window, on a real broker: switched on and off while traffic runs; records only for the time it was on. */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { readTopic } from '../../proxy-core/kafka/testkit/read-topic.ts';
import { prepareKafka, startBroker, type Broker } from '../../scripts/kafka/broker.mjs';
import { launchChromium } from '../support/chromium.ts';
import { startHeadless, type HeadlessApp } from '../support/headless-app.ts';
import { getThrough } from '../support/proxy-client.ts';
import { startSite, type SiteOrigin } from '../support/site-origin.ts';
import { goTo } from '../support/window.ts';

let broker: Broker;
let core: HeadlessApp;
let site: SiteOrigin;
let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  const ready = await prepareKafka({ fetch: process.env['BSDM_REQUIRE_KAFKA'] === '1' });
  test.skip(!ready.ok, ready.ok ? '' : `no Kafka: ${ready.problem}`);
  broker = await startBroker({});
  [core, site, browser] = await Promise.all([startHeadless(), startSite(), launchChromium()]);
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(core.ui);
});
test.afterAll(async () => {
  await browser?.close();
  await core?.kill();
  await site?.close();
  await broker?.stop();
});

test('on and off without a restart, while requests go on', async () => {
  test.setTimeout(120_000);
  await goTo(page, 'Settings');
  const toggle = page.getByLabel('Mirror events to Kafka', { exact: true });
  const brokers = page.getByLabel('Brokers', { exact: true });
  await brokers.fill(broker.brokers);
  await brokers.press('Enter');
  const topic = page.getByLabel('Topic', { exact: true });
  await topic.fill('switched');
  await topic.press('Enter');

  let running = true;
  let count = 0;
  const traffic = (async () => {
    while (running) await getThrough(core.proxy, `${site.url}/fresh?n=${count++}`);
  })();
  const confirmed = async (): Promise<number> =>
    Number(
      (
        await page.getByTestId('kafka-delivery').locator('div', { hasText: 'Confirmed' }).locator('dd').innerText()
      ).replace(/\D/g, ''),
    );

  await toggle.check();
  await expect.poll(confirmed, { timeout: 60_000 }).toBeGreaterThan(20);
  await page.getByRole('heading', { name: 'Kafka', exact: true }).evaluate((heading) => heading.scrollIntoView());
  await page.screenshot({ path: test.info().outputPath('kafka.png') });
  await toggle.uncheck();
  await expect(page.getByTestId('kafka-delivery')).toContainText('off');
  const sent = await confirmed();
  const before = count;
  await expect.poll(() => count).toBeGreaterThan(before + 20);
  running = false;
  await traffic;

  const records = await readTopic(broker.brokers, 'switched');
  expect(records).toHaveLength(sent);
  expect(count).toBeGreaterThan(sent + 20);
  const numbers = records.map((record) => Number(/n=(\d+)/.exec(record.value)?.[1])).sort((a, b) => a - b);
  // One run without gaps: what went by while it was on, nothing from before or after.
  expect(numbers.at(-1)! - numbers[0]! + 1).toBe(numbers.length);
});
