/**
 * npm start [-- flags]
 * The desktop app. Where its window cannot open, one line says why, and the same core runs headless with the browser UI.
 */
import { displayProblem, electronBinary, fetchElectron } from './lib/electron.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { CLI, ROOT } from './lib/paths.mjs';
import { handOver } from './lib/run.mjs';
import { main, say } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

await main(async (args) => {
  await ensureInstalled();
  const asking = args.includes('--help');
  const problem = asking
    ? undefined
    : (displayProblem() ?? (electronBinary() === undefined ? await fetchElectron() : undefined));
  const electron = asking || problem !== undefined ? undefined : electronBinary();
  if (electron === undefined) {
    await ensureBuilt(['core', 'renderer']);
    if (problem !== undefined)
      say(`The desktop window cannot open: ${problem}. Starting headless, with the UI in the browser.`);
    return handOver(projectNode(), [CLI, ...args]);
  }
  await ensureBuilt(['core', 'electron', 'renderer']);
  // The shell's own flags stand before `--`, the core's behind it; flags alone are the core's, as headless.
  return handOver(electron, [...sandboxFlags(), ROOT, ...(args.includes('--') ? args : ['--', ...args])]);
});

/** Chromium refuses to run as root with its sandbox on. */
function sandboxFlags() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return [];
  say('Running as root: Electron starts with --no-sandbox. Use an ordinary account for daily work.');
  return ['--no-sandbox'];
}
