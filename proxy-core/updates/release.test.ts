import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { feedFile, isNewer, packageFor, parseRelease } from './release.ts';

const SUM = createHash('sha512').update('a package').digest('base64');
/** As electron-builder 26 writes it. */
const FEED = `version: 1.10.0
files:
  - url: bsdm-proxy-1.10.0-linux-x86_64.AppImage
    sha512: ${SUM}
    size: 120000000
    blockMapSize: 126000
  - url: bsdm-proxy-1.10.0-linux-amd64.deb
    sha512: '${SUM}'
    size: 90000000
path: bsdm-proxy-1.10.0-linux-x86_64.AppImage
sha512: ${SUM}
releaseDate: '2026-11-26T12:00:00.000Z'
`;

test('a feed as electron-builder writes it', () => {
  const release = parseRelease(FEED);
  expect(release).toEqual({
    version: '1.10.0',
    files: [
      { name: 'bsdm-proxy-1.10.0-linux-x86_64.AppImage', sha512: SUM, bytes: 120_000_000 },
      { name: 'bsdm-proxy-1.10.0-linux-amd64.deb', sha512: SUM, bytes: 90_000_000 },
    ],
  });
  expect(packageFor(release, 'deb', 'x64')?.name).toBe('bsdm-proxy-1.10.0-linux-amd64.deb');
  expect(packageFor(release, 'deb', 'arm64')).toBeUndefined();
  expect(packageFor(release, 'rpm', 'x64')).toBeUndefined();
  expect(parseRelease(FEED.replaceAll('\n', '\r\n'))).toEqual(release);
});

test('of two for different processors the right one is taken; one that names none is for each', () => {
  const file = (name: string) => ({ name, sha512: SUM, bytes: 1 });
  const both = { version: '2.0.0', files: [file('b-2.0.0-mac-x64.dmg'), file('b-2.0.0-mac-arm64.dmg')] };
  expect(packageFor(both, 'dmg', 'arm64')?.name).toBe('b-2.0.0-mac-arm64.dmg');
  expect(packageFor(both, 'dmg', 'x64')?.name).toBe('b-2.0.0-mac-x64.dmg');
  expect(packageFor({ version: '2.0.0', files: [file('b.exe')] }, 'exe', 'x64')?.name).toBe('b.exe');
});

test.each([
  ['', 'names no version'],
  ['<!doctype html><title>404</title>', 'names no version'],
  ['version: latest\n', 'names no version'],
  [FEED.replace('bsdm-proxy-1.10.0-linux-amd64.deb', '../../etc/passwd'), 'no name of a file beside it'],
  [FEED.replace('bsdm-proxy-1.10.0-linux-amd64.deb', 'https://other.test/b.deb'), 'no name of a file beside it'],
  [FEED.replace('bsdm-proxy-1.10.0-linux-amd64.deb', '.hidden'), 'no name of a file beside it'],
  [FEED.replace(`    sha512: '${SUM}'\n`, ''), 'no SHA-512 of bsdm-proxy-1.10.0-linux-amd64.deb'],
  [FEED.replace(`'${SUM}'`, 'abc'), 'no SHA-512'],
  [FEED.replace('size: 90000000', 'size: many'), 'no size of'],
  [FEED.replace('size: 90000000', 'size: 99999999999999'), 'no size of'],
  [`version: 1.0.0\nfiles:\n${'  - url: a\n'.repeat(51)}`, 'more than 50 files'],
])('%j is refused: %s', (text, problem) => {
  expect(() => parseRelease(text)).toThrow(problem);
});

// The order of semver.org, section 11.
test.each([
  [
    [
      '1.0.0-alpha',
      '1.0.0-alpha.1',
      '1.0.0-alpha.beta',
      '1.0.0-beta',
      '1.0.0-beta.2',
      '1.0.0-beta.11',
      '1.0.0-rc.1',
      '1.0.0',
    ],
  ],
  [['0.9.9', '0.10.0', '1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0-beta', '2.0.0']],
])('%j is in order', (versions) => {
  for (const [place, version] of versions.entries())
    for (const [other, than] of versions.entries())
      expect(isNewer(version, than), `${version} > ${than}`).toBe(place > other);
  expect(isNewer('nonsense', '1.0.0') || isNewer('1.0.0', 'nonsense')).toBe(false);
});

test.each([
  ['linux', 'x64', 'latest-linux.yml'],
  ['linux', 'arm64', 'latest-linux-arm64.yml'],
  ['darwin', 'arm64', 'latest-mac.yml'],
  ['win32', 'x64', 'latest.yml'],
] as const)('%s %s asks for %s', (platform, arch, file) => {
  expect(feedFile(platform, arch)).toBe(file);
});
