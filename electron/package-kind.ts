/** Which of the packages this app was installed from, so that the next one is of its kind. Pure. */
import path from 'node:path';
import type { PackageKind } from '../proxy-core/updates/release.ts';

export interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  exists: (file: string) => boolean;
}

/** What dpkg and rpm know their packages by. */
const DPKG_LIST = '/var/lib/dpkg/info/bsdm-proxy.list';
const RPM_PLACES = ['/usr/lib/sysimage/rpm', '/var/lib/rpm'];

export function packageKind({ platform, env, exists }: Surroundings): PackageKind {
  if (platform === 'win32') return 'exe';
  if (platform === 'darwin') return 'dmg';
  if (env['APPIMAGE'] !== undefined && env['APPIMAGE'] !== '') return 'AppImage';
  if (exists(DPKG_LIST)) return 'deb';
  return RPM_PLACES.some(exists) && !exists('/usr/bin/dpkg') ? 'rpm' : 'AppImage';
}

/** The line that installs a package by hand, where there is one. */
export function installLine(kind: PackageKind, file: string): string | undefined {
  const quoted = `'${file.replaceAll("'", String.raw`'\''`)}'`;
  if (kind === 'deb') return `sudo apt install ${quoted}`;
  if (kind === 'rpm') return `sudo rpm -U ${quoted}`;
  return kind === 'AppImage' ? quoted : undefined;
}

/** Where Windows keeps where a file came from. */
export const zoneFile = (file: string): string => `${path.win32.normalize(file)}:Zone.Identifier`;
