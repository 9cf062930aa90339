/**
 * Lifecycle of the desktop app up to the point where it may run, in order: a start that only puts back, data folder, single instance,
 * scheme, ready. What runs then is shell.ts.
 */
import { app } from 'electron';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { registerAppScheme } from './app-protocol.ts';
import { HIDDEN } from './autostart.ts';
import { LINK_SCHEME } from './deep-link.ts';
import { parseLaunch } from './launch-options.ts';
import { LogFile } from './log-file.ts';
import { putBack, putBackOwner } from './put-back.ts';
import { runShell } from './shell.ts';
import { lockNavigation } from './window.ts';
import { writingProblem } from './data-folder.ts';

function start(): void {
  const launch = parseLaunch(process.argv, process.env);
  // Before the lock: each data folder has its own instance, so tests and second profiles do not disturb each other.
  if (launch.userData !== undefined) app.setPath('userData', launch.userData);

  const dataDir = app.getPath('userData');
  const problem = writingProblem(dataDir);
  // What is kept can still be read; Chromium needs a place of its own to start at all.
  if (problem !== undefined) {
    const own = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-proxy-'));
    app.setPath('userData', own);
    app.on('quit', () => fs.rmSync(own, { recursive: true, force: true }));
  }

  // The name under which Windows groups the window with its installed shortcut; the same as in electron-builder.yml.
  if (process.platform === 'win32') app.setAppUserModelId('dev.bsdm.proxy');

  if (!app.requestSingleInstanceLock()) return app.quit();
  registerAppScheme();
  // On Linux the package's desktop file says so.
  if (app.isPackaged && process.platform !== 'linux') app.setAsDefaultProtocolClient(LINK_SCHEME);
  app.on('web-contents-created', (_event, contents) => lockNavigation(contents));
  const log = new LogFile(path.join(app.getPath('userData'), 'logs'));
  const complain = console.error;
  console.error = (...words: unknown[]) => {
    complain(...words);
    log.add('shell', words.map(String).join(' '));
  };
  void app.whenReady().then(() =>
    runShell({
      coreArgs: launch.coreArgs,
      dataDir,
      notices: problem === undefined ? [] : [problem],
      hidden: process.argv.includes(HIDDEN),
      log,
    }),
  );
}

const owner = putBackOwner(process.argv);
if (owner === undefined) start();
else void putBack(owner).finally(() => process.exit());
