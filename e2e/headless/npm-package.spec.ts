/** The headless package as a stranger gets it: `npm pack`, the tarball alone in an empty folder, `npx bsdm-proxy`. */
import { expect, test } from '@playwright/test';
import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { launchChromium } from '../support/chromium.ts';
import { readReadyLine } from '../support/headless-app.ts';
import { ROOT } from '../support/paths.ts';
import { startSite } from '../support/site-origin.ts';
import { tellStory } from '../support/story.ts';
import { proxyAddress } from '../support/window.ts';

const WINDOWS = process.platform === 'win32';
/** Above this somebody packed what nobody needs: source maps, pictures, another build. */
const MAX_TARBALL_BYTES = 2_500_000;
/** Files of the package by kind; anything else does not belong there. `main` is packed by npm whatever `files` says. */
const EXPECTED = [
  /^(package\.json|LICENSE|README\.md)$/,
  /^out\/core\/[\w-]+\.mjs$/,
  /^out\/renderer\/(index\.html|icon\.svg)$/,
  /^out\/renderer\/assets\/[\w-]+\.(js|css|woff2)$/,
  /^out\/legal\/(THIRD-PARTY-LICENSES\.txt|headless\.cdx\.json)$/,
  /^out\/electron\/main\.cjs$/,
];

let folder: string;

test.beforeAll(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-npm-')));
});
test.afterAll(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

/** As in a stranger's terminal: this Node, the system's npm, nothing of the checkout, and no registry to ask. */
function strangersEnv(): NodeJS.ProcessEnv {
  const env = Object.entries(process.env).filter(([name]) => !/^(npm_|PATH$|INIT_CWD$)/i.test(name));
  const inherited = (process.env['PATH'] ?? process.env['Path'] ?? '').split(path.delimiter);
  const places = inherited.filter((place) => !place.includes('node_modules'));
  return {
    ...Object.fromEntries(env),
    PATH: [path.dirname(process.execPath), ...places].join(path.delimiter),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
    BSDM_DIAL_ALLOW: 'loopback',
  };
}

async function npm(args: string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)('npm', args, { cwd, env: strangersEnv(), shell: WINDOWS });
  return stdout;
}

/** The JSON array behind an instruction of the Dockerfile, the way it starts a program; its Node is ours. */
function instruction(name: string): string[] {
  const text = fs.readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8').replaceAll('\\\n', ' ');
  const line = text.split('\n').find((item) => item.startsWith(`${name} `)) ?? '';
  const [program, ...args] = JSON.parse(line.slice(line.indexOf('['))) as string[];
  expect(program).toBe('/nodejs/bin/node');
  return args;
}

/** Exit code of the image's health check for a core whose control server is on this port. */
function health(port: string): number | null {
  const env = { ...process.env, BSDM_CONTROL_PORT: port };
  return spawnSync(process.execPath, instruction('HEALTHCHECK'), { env }).status;
}

/** npx alone, as a supervisor ends it: it passes no signal on, and the core ends all the same. */
function end(npx: ChildProcess): void {
  if (npx.pid === undefined) return;
  if (WINDOWS) spawnSync('taskkill', ['/pid', String(npx.pid), '/t', '/f']);
  else npx.kill('SIGTERM');
}

test('npm pack, npm install of the tarball alone, npx bsdm-proxy: ready, miss, hit, and the browser UI', async () => {
  const packed: unknown = JSON.parse(await npm(['pack', '--json', '--pack-destination', folder], ROOT));
  const [info] = packed as [{ filename: string; size: number; files: { path: string }[] }];
  console.log(`${info.filename}: ${(info.size / 1e6).toFixed(2)} MB, ${info.files.length} files`);
  expect(info.files.map((file) => file.path).filter((file) => !EXPECTED.some((kind) => kind.test(file)))).toEqual([]);
  expect(info.size).toBeLessThan(MAX_TARBALL_BYTES);

  const home = path.join(folder, 'somewhere');
  fs.mkdirSync(home);
  await npm(['install', '--no-audit', '--no-fund', path.join(folder, info.filename)], home);
  const modules = path.join(home, 'node_modules');
  expect(fs.readdirSync(modules).filter((name) => !name.startsWith('.'))).toEqual(['bsdm-proxy']);
  // The image has the same package under /app.
  const [entry = ''] = instruction('ENTRYPOINT');
  expect(fs.existsSync(path.join(modules, 'bsdm-proxy', path.posix.relative('/app', entry)))).toBe(true);
  const legal = path.join(modules, 'bsdm-proxy', 'out', 'legal');
  const notices = fs.readFileSync(path.join(legal, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const bill = JSON.parse(fs.readFileSync(path.join(legal, 'headless.cdx.json'), 'utf8')) as {
    components: { name: string; version: string }[];
  };
  expect(bill.components.map((item) => item.name)).toEqual(expect.arrayContaining(['undici', 'react', 'ws']));
  for (const { name, version } of bill.components) expect(notices).toContain(`${name} ${version} (`);

  const flags = ['--json', '--port', '0', '--control-port', '0', '--data-dir', path.join(folder, 'data')];
  const npx = spawn('npx', ['bsdm-proxy', ...flags], {
    cwd: home,
    env: strangersEnv(),
    shell: WINDOWS,
    detached: !WINDOWS,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => npx.once('close', resolve));
  const site = await startSite();
  const browser = await launchChromium();
  let controlPort = '';
  try {
    const ready = await Promise.race([
      readReadyLine(npx.stdout),
      ended.then((code) => Promise.reject(new Error(`npx ended with ${String(code)} before the core was ready`))),
    ]);
    const page = await browser.newPage();
    await page.goto(ready.ui);
    expect(await proxyAddress(page)).toBe(ready.proxy);
    await tellStory(page, ready.proxy, site);
    controlPort = new URL(ready.control).port;
    expect(health(controlPort)).toBe(0);
  } finally {
    end(npx);
    await ended;
    await Promise.all([browser.close(), site.close()]);
  }
  expect(health(controlPort)).toBe(1);
});
