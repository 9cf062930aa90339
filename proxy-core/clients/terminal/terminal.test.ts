/** Terminals: which one, with which words, and a script that plays one. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { thisMachine, type Machine } from '../machine.ts';
import { findTerminal, openTerminal, terminalScript } from './terminal.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "bsdm term's-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const machine = (platform: NodeJS.Platform, files: string[]): Machine => ({
  ...thisMachine(),
  platform,
  env: { PATH: '/usr/bin' },
  isFile: (file) => files.includes(file),
});

it('the first that is there, with the words it takes', () => {
  const found = findTerminal(machine('linux', ['/usr/bin/xterm', '/usr/bin/gnome-terminal']));
  expect(found?.argv('/s')).toEqual(['/usr/bin/gnome-terminal', '--', '/bin/sh', '/s']);
  expect(findTerminal(machine('linux', []))).toBeUndefined();
  expect(findTerminal(machine('darwin', []))?.argv('/s')[0]).toBe('/usr/bin/open');
  const { name, text } = terminalScript({ proxy: '127.0.0.1:1' }, 'win32');
  expect(name).toBe('terminal.cmd');
  expect(text).toContain('\r\nset "HTTPS_PROXY=http://127.0.0.1:1"\r\n');
});

it.skipIf(process.platform === 'win32')('its shell has the environment', async () => {
  const told = path.join(folder, 'told');
  const isTold = new Promise<void>((resolve) => {
    const watcher = fs.watch(folder, (_event, name) => {
      if (name !== 'told') return;
      watcher.close();
      resolve();
    });
  });
  fs.writeFileSync(path.join(folder, 'xterm'), '#!/bin/sh\nshift\nexec "$@"\n', { mode: 0o755 });
  const shell = path.join(folder, 'shell');
  fs.writeFileSync(shell, `#!/bin/sh\nenv > "$TOLD.part" && mv "$TOLD.part" "$TOLD"\n`, { mode: 0o755 });
  const env = { PATH: `${folder}:/usr/bin:/bin`, DISPLAY: ':9', SHELL: shell, TOLD: told, HOME: folder };
  const own: Machine = {
    ...thisMachine(),
    env,
    isFile: (file) => file.startsWith(folder) && fs.existsSync(file),
  };
  const setup = { proxy: '127.0.0.1:1488', caFile: `${folder}/ca.pem`, bundleFile: `${folder}/all.pem` };
  expect(await openTerminal({ ...own, platform: 'linux' }, path.join(folder, 'clients'), setup)).toBe('xterm');
  await isTold;
  const lines = fs.readFileSync(told, 'utf8').split('\n');
  expect(lines).toContain('https_proxy=http://127.0.0.1:1488');
  expect(lines).toContain(`NODE_EXTRA_CA_CERTS=${folder}/ca.pem`);
  expect(lines).toContain(`CURL_CA_BUNDLE=${folder}/all.pem`);
});

it('no screen, no terminal: each says so', async () => {
  const setup = { proxy: '127.0.0.1:1488' };
  await expect(openTerminal(machine('linux', []), folder, setup)).rejects.toThrow(/no screen/);
  const lit = { ...machine('linux', []), env: { PATH: '', DISPLAY: ':1' } };
  await expect(openTerminal(lit, folder, setup)).rejects.toMatchObject({ code: 'not-found' });
});
