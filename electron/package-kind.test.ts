import { expect, test } from 'vitest';
import { installLine, packageKind } from './package-kind.ts';

test.each([
  ['win32', {}, [], 'exe'],
  ['darwin', {}, [], 'dmg'],
  ['linux', { APPIMAGE: '/home/ada/bsdm.AppImage' }, ['/var/lib/dpkg/info/bsdm-proxy.list'], 'AppImage'],
  ['linux', {}, ['/var/lib/dpkg/info/bsdm-proxy.list', '/usr/bin/dpkg'], 'deb'],
  ['linux', {}, ['/usr/lib/sysimage/rpm'], 'rpm'],
  // Unpacked by hand, on a Debian that has rpm's tools, too.
  ['linux', {}, ['/usr/bin/dpkg', '/var/lib/rpm'], 'AppImage'],
  ['linux', { APPIMAGE: '' }, [], 'AppImage'],
] as const)('on %s with %j and %j the package is %s', (platform, env, files, kind) => {
  expect(packageKind({ platform, env, exists: (file) => (files as readonly string[]).includes(file) })).toBe(kind);
});

test('a file with a quote in its name stays one word of the line', () => {
  expect(installLine('deb', "/tmp/Ada's/b.deb")).toBe(String.raw`sudo apt install '/tmp/Ada'\''s/b.deb'`);
  expect(installLine('rpm', '/tmp/b.rpm')).toBe("sudo rpm -U '/tmp/b.rpm'");
  expect(installLine('exe', 'C:\\b.exe')).toBeUndefined();
});
