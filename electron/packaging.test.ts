/** electron-builder.yml is accepted by the packer that reads it, and names files that exist. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');

interface Packer {
  getConfig(projectDir: string, configPath: string, overrides: null): Promise<Record<string, unknown>>;
  validateConfiguration(config: Record<string, unknown>, log: unknown): Promise<void>;
}

/** The packer's own validation lies on a path inside it that may move with a new version: this says so clearly. */
function loadPacker(): { packer: Packer; log: unknown } {
  const require = createRequire(createRequire(import.meta.url).resolve('electron-builder/package.json'));
  const packer: unknown = require('app-builder-lib/out/util/config/config.js');
  const util: unknown = require('builder-util');
  if (
    !hasFunction(packer, 'getConfig') ||
    !hasFunction(packer, 'validateConfiguration') ||
    !hasFunction(util, 'DebugLogger')
  ) {
    throw new Error('electron-builder moved its validation; find it again for this test');
  }
  const { DebugLogger } = util as { DebugLogger: new (isEnabled: boolean) => unknown };
  return { packer: packer as unknown as Packer, log: new DebugLogger(false) };
}

function hasFunction(raw: unknown, name: string): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && typeof (raw as Record<string, unknown>)[name] === 'function';
}

const { packer, log } = loadPacker();

test('the packer accepts the configuration', async () => {
  const config = await packer.getConfig(ROOT, 'electron-builder.yml', null);
  await expect(packer.validateConfiguration(config, log)).resolves.toBeUndefined();
});

test('the packer would notice a misspelt key', async () => {
  const config = await packer.getConfig(ROOT, 'electron-builder.yml', null);
  await expect(packer.validateConfiguration({ ...config, electronFuse: {} }, log)).rejects.toThrow(/electronFuse/);
});

test('no dependency is packed from node_modules, and every picture it names is there', async () => {
  const config = await packer.getConfig(ROOT, 'electron-builder.yml', null);
  expect(JSON.stringify(config['files'])).toContain('"!node_modules/**"');
  const product: unknown = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  expect(product).not.toHaveProperty('dependencies');
  expect(product).toHaveProperty('main', 'out/electron/main.cjs');
  for (const picture of [
    'icon.png',
    'icons/512x512.png',
    'icons/16x16.png',
    'tray/tray.png',
    'tray/tray@2x.png',
    'entitlements.mac.plist',
  ]) {
    expect(fs.existsSync(path.join(ROOT, 'assets', picture)), picture).toBe(true);
  }
});

test('each system gets the packages that are promised for it', async () => {
  const config = await packer.getConfig(ROOT, 'electron-builder.yml', null);
  expect(config).toMatchObject({
    linux: { target: ['deb', 'AppImage', 'rpm'] },
    mac: { target: [{ target: 'dmg', arch: ['x64', 'arm64'] }], hardenedRuntime: true },
    win: { target: [{ target: 'nsis', arch: ['x64'] }] },
    // Without a home page electron-builder makes no deb and no rpm.
    extraMetadata: { homepage: expect.stringMatching(/^https:/) as string },
    asar: true,
  });
});

test('no fuse of the program is left as Electron ships it', async () => {
  const config = await packer.getConfig(ROOT, 'electron-builder.yml', null);
  const schema: unknown = JSON.parse(
    fs.readFileSync(path.join(ROOT, 'node_modules', 'app-builder-lib', 'scheme.json'), 'utf8'),
  );
  const known = (schema as { definitions: { FuseOptionsV1: { properties: object } } }).definitions.FuseOptionsV1
    .properties;
  const fuses = Object.keys(known).filter((name) => name !== 'resetAdHocDarwinSignature');
  expect(Object.keys(config['electronFuses'] as object).sort()).toEqual(fuses.sort());
});
