/** Browsers without browsers: where they are looked for, what they are told, and scripts that play them. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClientsState } from '../../contract/clients.ts';
import { PARAM_PARSERS } from '../../contract/commands.ts';
import { madeCa } from '../testkit/made-ca.ts';
import { thisMachine, type Machine } from '../machine.ts';
import { runTool } from '../run-tool.ts';
import { chromiumArguments, firefoxPreferences } from './arguments.ts';
import { Browsers, type BrowsersDeps } from './browsers.ts';
import { findBrowsers, noScreen, profileRoot } from './find.ts';
import { makeProfile, ownProfile, sweepProfiles } from './profiles.ts';

const machine = (platform: NodeJS.Platform, files: string[], env: NodeJS.ProcessEnv, home: string): Machine => ({
  platform,
  env,
  home,
  isRoot: false,
  isFile: (file) => files.includes(file),
  read: () => undefined,
});

describe('where browsers are', () => {
  it('on Linux: the search path, /opt, and snaps before the scripts that start them', () => {
    const found = findBrowsers(
      machine(
        'linux',
        ['/usr/bin/chromium', '/opt/google/chrome/chrome', '/usr/bin/firefox', '/snap/bin/firefox', '/x/brave'],
        { PATH: '/usr/bin:/x:relative' },
        '/home/u',
      ),
    );
    expect(found).toEqual([
      { family: 'chromium', name: 'Chromium', path: '/usr/bin/chromium' },
      { family: 'chrome', name: 'Google Chrome', path: '/opt/google/chrome/chrome' },
      { family: 'brave', name: 'Brave', path: '/x/brave' },
      { family: 'firefox', name: 'Firefox', path: '/snap/bin/firefox' },
    ]);
    const here = machine('linux', [], {}, '/home/u');
    expect(found.map((browser) => profileRoot(browser, here, '/data/browsers')).slice(2)).toEqual([
      '/data/browsers',
      '/home/u/snap/firefox/common/bsdm-proxy',
    ]);
  });

  it('on macOS and Windows: their folders of programs', () => {
    const mac = '/Users/u/Applications/Brave Browser.app/Contents/MacOS/Brave Browser';
    expect(findBrowsers(machine('darwin', [mac], {}, '/Users/u'))).toEqual([
      { family: 'brave', name: 'Brave', path: mac },
    ]);
    const edge = 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe';
    const env = { 'ProgramFiles(x86)': 'C:\\Program Files (x86)' };
    expect(findBrowsers(machine('win32', [edge], env, 'C:\\Users\\u'))).toEqual([
      { family: 'edge', name: 'Microsoft Edge', path: edge },
    ]);
  });

  it('says that there is no screen', () => {
    expect(noScreen(machine('linux', [], {}, ''))).toMatch(/no screen/);
    expect(noScreen(machine('linux', [], { WAYLAND_DISPLAY: 'wayland-0' }, ''))).toBeUndefined();
    expect(noScreen(machine('darwin', [], {}, ''))).toBeUndefined();
  });
});

describe('what they are told', () => {
  const setup = { port: 1488, profile: '/p', url: 'https://example.org/', headless: false, isRoot: false };

  it('the proxy for loopback too, and this CA alone', () => {
    const args = chromiumArguments({ ...setup, host: '0.0.0.0', spkiSha256: 'abc=' });
    expect(args).toContain('--proxy-server=http://127.0.0.1:1488');
    expect(args).toContain('--proxy-bypass-list=<-loopback>');
    expect(args).toContain('--ignore-certificate-errors-spki-list=abc=');
    expect(args).toContain('--user-data-dir=/p');
    expect(args.join(' ')).not.toMatch(/no-sandbox|headless|ignore-certificate-errors( |$)/);
    expect(args.at(-1)).toBe('https://example.org/');
    expect(chromiumArguments({ ...setup, host: '::' }).join(' ')).toContain('--proxy-server=http://[::1]:1488');
    expect(chromiumArguments({ ...setup, host: '::1' }).join(' ')).not.toContain('spki');
    expect(firefoxPreferences({ host: '::1', port: 5 })).toContain('user_pref("network.proxy.ssl", "::1");\n');
  });

  it.each(['file:///etc/passwd', '--renderer-cmd-prefix=sh', 'https://a b', "https://x'", 'javascript:1', 'https://'])(
    'never %j',
    (url) => {
      expect(() => PARAM_PARSERS['clients.launch']({ family: 'chrome', url })).toThrow(/http or https URL/);
    },
  );

  it('one of the families that are known', () => {
    expect(() => PARAM_PARSERS['clients.launch']({ family: '/bin/sh' })).toThrow(/takes one of chromium/);
  });
});

describe.skipIf(process.platform === 'win32')('scripts that play Chromium', () => {
  let folder: string;
  let browsers: Browsers;
  let states: ClientsState[];
  const reports: string[] = [];

  function play(script: string, more: Partial<BrowsersDeps> = {}): Browsers {
    const file = path.join(folder, 'chromium');
    fs.writeFileSync(
      file,
      `#!/bin/sh\nfor a; do case "$a" in --user-data-dir=*) profile="\${a#*=}";; esac; done\n${script}\n`,
      {
        mode: 0o755,
      },
    );
    const info = madeCa();
    browsers = new Browsers({
      machine: {
        ...thisMachine(),
        platform: 'linux',
        env: {
          PATH: `${folder}:/usr/bin:/bin`,
          DISPLAY: ':9',
          BSDM_CONTROL_TOKEN: 'secret',
          ELECTRON_RUN_AS_NODE: '1',
        },
        home: folder,
      },
      folder: path.join(folder, 'browsers'),
      listening: () => ({ host: '127.0.0.1', port: 1488 }),
      ca: () => info,
      run: runTool,
      timeOfDay: Date.now,
      report: (message) => reports.push(message),
      onChange: () => states.push(browsers.state()),
      ...more,
    });
    return browsers;
  }
  const UP = 'ln -s here "$profile/SingletonLock"; sleep 600 & wait';

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-browsers-'));
    states = [];
  });
  afterEach(async () => {
    await browsers.stop();
    fs.rmSync(folder, { recursive: true, force: true });
    expect(reports.splice(0)).toEqual([]);
  });

  it('one that starts is shown while it runs, and its profile goes with it', async () => {
    const shown = await play(UP).launch({ family: 'chromium' });
    expect(fs.statSync(shown.profile).mode & 0o777).toBe(0o700);
    expect(browsers.state().running).toEqual([shown]);
    expect(await browsers.close(shown.id)).toBe(true);
    expect(await browsers.close(shown.id)).toBe(false);
    expect(fs.readdirSync(path.join(folder, 'browsers'))).toEqual([]);
    expect(states.map(({ running }) => running.length)).toEqual([1, 0]);
  });

  it('none is told the settings of this program, nor its token', async () => {
    const shown = await play(`env > "$profile/env"; ${UP}`).launch({ family: 'chromium' });
    const env = fs.readFileSync(path.join(shown.profile, 'env'), 'utf8');
    expect(env).toContain('DISPLAY=:9');
    expect(env).not.toMatch(/BSDM|secret|ELECTRON/);
  });

  it('one that does not go when told is ended', async () => {
    const shown = await play(`trap '' TERM; ln -s here "$profile/SingletonLock"; while :; do sleep 1; done`).launch({
      family: 'chromium',
    });
    await browsers.close(shown.id);
    expect(() => process.kill(shown.pid, 0)).toThrow(/ESRCH/);
    expect(fs.existsSync(shown.profile)).toBe(false);
  });

  it('one that ends at once is refused with its last words', async () => {
    await expect(
      play('echo "Missing X server or $DISPLAY" >&2; exit 1').launch({ family: 'chromium' }),
    ).rejects.toThrow('Chromium ended at once (code 1): Missing X server or :9');
    expect(browsers.state().running).toEqual([]);
    expect(fs.readdirSync(path.join(folder, 'browsers'))).toEqual([]);
  });

  it('no proxy, no screen, no such browser, too many: each says so', async () => {
    await expect(play(UP, { listening: () => null }).launch({ family: 'chromium' })).rejects.toThrow(/does not listen/);
    await expect(play(UP).launch({ family: 'edge' })).rejects.toThrow(/no edge was found/);
    const dark = { ...thisMachine(), platform: 'linux' as const, env: { PATH: folder }, home: folder };
    await expect(play(UP, { machine: dark }).launch({ family: 'chromium' })).rejects.toThrow(/no screen/);
    play(UP);
    await Promise.all(Array.from({ length: 12 }, () => browsers.launch({ family: 'chromium' })));
    await expect(browsers.launch({ family: 'chromium' })).rejects.toThrow(/12 browsers run already/);
    await browsers.stop();
    expect(fs.readdirSync(path.join(folder, 'browsers'))).toEqual([]);
  });

  it('what a killed core left is removed at the next start, and nothing of a core that lives', async () => {
    const root = path.join(folder, 'browsers');
    const [left, kept, odd] = [makeProfile(root), makeProfile(root), makeProfile(root)];
    ownProfile(kept, 4_194_303);
    fs.writeFileSync(path.join(left, 'bsdm-owner.json'), JSON.stringify({ core: 4_194_304_000 }));
    fs.writeFileSync(path.join(odd, 'bsdm-owner.json'), '{');
    await sweepProfiles(root, (message) => reports.push(message));
    expect(fs.readdirSync(root)).toEqual([path.basename(kept)]);
    play(UP);
  });
});
