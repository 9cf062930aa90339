/**
 * The life of the Debian package on the machine it is made on: installed with apt-get, started from its link, used as a proxy,
 * removed; and then every file of the system is as before. For root on Debian and Ubuntu, like the other tests that install.
 */
import { expect, test } from '@playwright/test';
import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { requireElectron } from '../support/electron-app.ts';
import { packApp, startPacked, type PackedApp } from '../support/packed-app.ts';
import { startSite } from '../support/site-origin.ts';
import { tellStory } from '../support/story.ts';
import { proxyAddress } from '../support/window.ts';

const NAME = 'bsdm-proxy';
const APP = '/opt/BSDM-Proxy';
const LINK = `/usr/bin/${NAME}`;

/** An installed copy of a person's is left alone. */
function canTryPackages(): boolean {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return isRoot && fs.existsSync('/etc/debian_version') && fs.existsSync('/usr/bin/apt-get') && !fs.existsSync(APP);
}

async function aptGet(...args: string[]): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { stdout } = await promisify(execFile)('apt-get', ['-y', '-q', '--no-install-recommends', ...args], { env });
  return stdout;
}

/** Every path of the system that packages may write to, without the records that apt and dpkg keep for themselves. */
function listSystem(): Set<string> {
  const places = ['/etc', '/opt', '/usr', '/var/lib'];
  const skipped = ['/var/lib/dpkg', '/var/lib/apt', '/var/lib/systemd'].flatMap((place) => ['-o', '-path', place]);
  const text = execFileSync(
    'find',
    [...places, '(', '-name', '__pycache__', ...skipped, ')', '-prune', '-o', '-print'],
    {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  return new Set(text.split('\n'));
}

const field = (deb: string, name: string): string =>
  execFileSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).trim();

if (canTryPackages())
  test('a Debian package installs, starts, is a proxy, and leaves nothing behind when it is removed', async () => {
    test.setTimeout(300_000);
    const { kind } = requireElectron();
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-deb-'));
    // apt reads the file as a user of its own.
    fs.chmodSync(folder, 0o755);
    const site = await startSite();
    try {
      await packApp(folder, 'deb');
      const deb = path.join(folder, fs.readdirSync(folder).find((name) => name.endsWith('.deb')) ?? 'no-package.deb');
      console.log(`${path.basename(deb)}: ${(fs.statSync(deb).size / 1e6).toFixed(0)} MB`);
      const content = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' });
      const owned = content.split('\n').map((line) => line.trim().split(/\s+/).slice(5).join(' ').slice(1));
      expect(owned).toEqual(
        expect.arrayContaining([
          `${APP}/${NAME}`,
          `${APP}/resources/app.asar`,
          `${APP}/resources/apparmor-profile`,
          `${APP}/resources/legal/THIRD-PARTY-LICENSES.txt`,
          `${APP}/LICENSES.chromium.html`,
          `/usr/share/applications/${NAME}.desktop`,
          `/usr/share/doc/${NAME}/copyright`,
          `/usr/share/icons/hicolor/256x256/apps/${NAME}.png`,
        ]),
      );
      expect(content).not.toMatch(/node_modules|\.map$/m);

      // What it depends on stays when it goes, as with any package, so it comes before the count.
      await aptGet('satisfy', field(deb, 'Depends'));
      const before = listSystem();
      await aptGet('install', deb);
      expect(execFileSync('dpkg-query', ['-W', '-f', '${Status} ${Version}', NAME], { encoding: 'utf8' })).toBe(
        `install ok installed ${field(deb, 'Version')}`,
      );
      expect(fs.realpathSync(LINK)).toBe(`${APP}/${NAME}`);
      const profile = fs.readFileSync(`${APP}/resources/apparmor-profile`, 'utf8');
      expect(profile).toContain(`profile "${NAME}" "${APP}/${NAME}"`);
      expect(profile).toContain('userns,');

      const entry = fs.readFileSync(`/usr/share/applications/${NAME}.desktop`, 'utf8');
      expect(entry).toContain(`Exec=${APP}/${NAME} %U`);
      expect(entry).toContain('MimeType=application/x-har+json;x-scheme-handler/bsdm;');

      const home = path.join(folder, 'home');
      fs.mkdirSync(home);
      const installed: PackedApp = { executable: LINK, resources: `${APP}/resources`, isOlder: kind === 'older' };
      const app = await startPacked(installed, path.join(folder, 'data'), { env: { HOME: home } });
      await tellStory(app.page, await proxyAddress(app.page), site);
      expect(await app.close()).toBe(0);

      await aptGet('remove', NAME);
      const after = listSystem();
      expect([...after].filter((file) => !before.has(file))).toEqual([]);
      expect([...before].filter((file) => !after.has(file))).toEqual([]);
    } finally {
      await site.close();
      if (fs.existsSync(APP)) await aptGet('purge', NAME);
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });
