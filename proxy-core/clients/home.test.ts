import { expect, test } from 'vitest';
import { defaultDataDir } from '../bin/data-dir.ts';
import { homeFolder } from './home.ts';
import { thisMachine } from './machine.ts';
import { stateFolder } from './system-proxy/state-folder.ts';
import { trustPlaces } from './trust/places.ts';

const unknown = (): string => {
  // What node says of a user who stands in no list of users.
  throw Object.assign(new Error('A system error occurred: uv_os_homedir returned ENOENT'), { code: 'ENOENT' });
};
const known = (): string => '/home/ada';
const NOBODY = { ...thisMachine(), platform: 'linux', env: {}, home: '' } as const;

test.each([
  ['/srv/app', known, '/srv/app'],
  ['', known, '/home/ada'],
  ['not/absolute', known, '/home/ada'],
  [undefined, known, '/home/ada'],
  [undefined, unknown, ''],
  ['', unknown, ''],
  [undefined, () => '', ''],
])('HOME %j, and what the system knows, is the home %j', (HOME, ofSystem, home) => {
  expect(homeFolder({ HOME }, ofSystem)).toBe(process.platform === 'win32' ? (ofSystem === unknown ? '' : home) : home);
});

test.runIf(process.platform === 'linux').each([
  [{}, '/home/ada', '/home/ada/.local/share/bsdm-proxy'],
  [{ XDG_DATA_HOME: '/data' }, '', '/data/bsdm-proxy'],
  // An empty or relative one would put the files wherever this was started.
  [{ XDG_DATA_HOME: '' }, '/home/ada', '/home/ada/.local/share/bsdm-proxy'],
  [{ XDG_DATA_HOME: 'data' }, '/home/ada', '/home/ada/.local/share/bsdm-proxy'],
])('with %j and the home %j data is kept in %s', (env, home, folder) => {
  expect(defaultDataDir(env, home)).toBe(folder);
});

test.runIf(process.platform === 'linux')('without any of them it says what to give', () => {
  expect(() => defaultDataDir({}, '')).toThrow(/no home folder .* --data-dir DIR or BSDM_DATA_DIR/);
});

test('without a home there is no journal, and no store of certificates in the root of the file system', () => {
  expect(stateFolder(NOBODY)).toBe('');
  expect(stateFolder({ ...NOBODY, env: { XDG_STATE_HOME: '/state' } })).toBe('/state/bsdm-proxy');
  expect(stateFolder({ ...NOBODY, home: '/home/ada' })).toBe('/home/ada/.local/state/bsdm-proxy');
  expect(trustPlaces(NOBODY).map(({ id }) => id)).not.toContain('nss');
});
