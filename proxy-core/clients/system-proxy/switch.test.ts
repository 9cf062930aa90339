/** The switch over GNOME's settings as a table, and a journal in a real folder. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { SystemProxyState } from '../../contract/system-proxy.ts';
import type { Machine } from '../machine.ts';
import { SystemProxySwitch } from './switch.ts';
import { SystemProxy } from './system-proxy.ts';

const SCHEMA = 'org.gnome.system.proxy';

function setUp() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-switch-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  const table = new Map([
    [`${SCHEMA} mode`, "'none'"],
    [`${SCHEMA} ignore-hosts`, "['a']"],
    [`${SCHEMA}.http host`, "''"],
    [`${SCHEMA}.http port`, '0'],
    [`${SCHEMA}.http use-authentication`, 'false'],
    [`${SCHEMA}.https host`, "''"],
    [`${SCHEMA}.https port`, '0'],
  ]);
  const before = new Map(table);
  const machine: Machine = {
    platform: 'linux',
    env: { PATH: '/bin' },
    home: folder,
    isRoot: false,
    isFile: (file) => file === '/bin/gsettings',
    read: () => undefined,
  };
  const systemProxy = new SystemProxy({
    folder,
    machine,
    run: ([, verb, schema, key, value]) => {
      if (verb === 'set') table.set(`${schema ?? ''} ${key ?? ''}`, value ?? '');
      const output = [...table].map(([name, now]) => `${name} ${now}\n`).join('');
      return Promise.resolve({ ok: true, output, problem: '' });
    },
    report: () => undefined,
  });
  const world = { listening: { host: '0.0.0.0', port: 1488 } as { host: string; port: number } | null, watched: 0 };
  const told: SystemProxyState['state'][] = [];
  const switching = new SystemProxySwitch({
    systemProxy,
    folder,
    listening: () => world.listening,
    bypass: () => '*.corp',
    startWatchdog: () => Promise.resolve(++world.watched),
    endWatchdog: () => undefined,
    report: (message) => expect.fail(message),
    onChange: ({ state }) => told.push(state),
  });
  return { switching, world, table, before, told, folder };
}

it('leads programs on when the proxy moves, and back when it stops listening', async () => {
  const { switching, world, table, before, told } = setUp();
  await switching.handlers['systemProxy.on']({});
  expect(table.get(`${SCHEMA}.http port`)).toBe('1488');
  expect(table.get(`${SCHEMA}.http host`)).toBe("'127.0.0.1'");
  world.listening = { host: '127.0.0.1', port: 4000 };
  switching.follow();
  expect((await switching.handlers['systemProxy.off']({ dryRun: true })).state).toMatchObject({
    state: 'on',
    proxy: '127.0.0.1:4000',
  });
  expect(table.get(`${SCHEMA}.https port`)).toBe('4000');
  world.listening = null;
  switching.follow();
  await switching.stop();
  expect(table).toEqual(before);
  expect(await switching.state()).toMatchObject({ state: 'off', cannot: 'not-listening' });
  expect(told.at(-1)).toBe('off');
});

it('lets be what somebody else has switched meanwhile, and what leads elsewhere', async () => {
  const { switching, world, table } = setUp();
  await switching.handlers['systemProxy.on']({});
  table.set(`${SCHEMA} mode`, "'none'");
  expect(await switching.state()).toMatchObject({ state: 'changed', changed: ['GNOME: mode'] });
  world.listening = { host: '127.0.0.1', port: 4000 };
  expect((await switching.state()).state).toBe('elsewhere');
});

it('says why not: nothing listens', async () => {
  const { switching, world } = setUp();
  world.listening = null;
  await expect(switching.handlers['systemProxy.on']({})).rejects.toThrow('the proxy does not listen');
});
