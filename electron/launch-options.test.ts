import path from 'node:path';
import { expect, test } from 'vitest';
import { argsForRestart, parseLaunch, unpackedPath } from './launch-options.ts';

test("the data folder comes from the flag, then from the environment; flags after -- are the core's", () => {
  expect(parseLaunch(['electron', '.', '--user-data-dir=/a', '--', '--port', '0'], { BSDM_USER_DATA: '/b' })).toEqual({
    userData: path.resolve('/a'),
    coreArgs: ['--port', '0'],
  });
  expect(parseLaunch(['electron', '--user-data-dir', '/a'], {})).toEqual({
    userData: path.resolve('/a'),
    coreArgs: [],
  });
  expect(parseLaunch(['electron', '--', '--user-data-dir', '/a'], { BSDM_USER_DATA: '/b' })).toEqual({
    userData: path.resolve('/b'),
    coreArgs: ['--user-data-dir', '/a'],
  });
  expect(parseLaunch(['electron'], { BSDM_USER_DATA: '' })).toEqual({ coreArgs: [] });
});

test.each([
  [['--port', '0', '--json'], {}, ['--json', '--port', '5000']],
  [['--port=0'], {}, ['--port', '5000']],
  [['--port', '1488'], {}, ['--port', '1488']],
  [['--cache-mode', 'off'], {}, ['--cache-mode', 'off']],
  [[], { HTTP_PORT: '0' }, ['--port', '5000']],
  [['--port', '7'], { HTTP_PORT: '0' }, ['--port', '7']],
])('a core started with %j (%j) is started again with %j', (args, env, again) => {
  expect(argsForRestart(args, env, 5000)).toEqual(again);
});

test('files of the packaged archive are looked for beside it', () => {
  expect(unpackedPath('/opt/BSDM/resources/app.asar/out/core/utility.mjs')).toBe(
    '/opt/BSDM/resources/app.asar.unpacked/out/core/utility.mjs',
  );
  expect(unpackedPath('C:\\BSDM\\resources\\app.asar\\out\\x')).toBe('C:\\BSDM\\resources\\app.asar.unpacked\\out\\x');
  expect(unpackedPath('/src/out/core/utility.mjs')).toBe('/src/out/core/utility.mjs');
});
