/**
 * npm run bench [-- flags], npm run bench -- latency|memory|soak|start|slow-readers|window [flags]
 * Our core beside Squid, nginx, HAProxy and mitmproxy on one processor, the load on another; or the window in a Chromium, on
 * all of them. Fetches what is missing first.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installDebian } from './lib/debian.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { CACHE, ROOT } from './lib/paths.mjs';
import { handOver, run } from './lib/run.mjs';
import { Stop, main, say } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

const MITMPROXY = '11.0.2';

/** In a virtual environment of its own: no other Python program sees it. */
async function ensureMitmproxy() {
  const folder = join(CACHE, 'mitmproxy');
  if (existsSync(join(folder, 'bin', 'mitmdump'))) return;
  say(`Installing mitmproxy ${MITMPROXY} from PyPI …`);
  const made = await run('python3', ['-m', 'venv', folder], { output: 'keep' });
  const result =
    made.code === 0
      ? await run(join(folder, 'bin', 'pip'), ['install', '-q', `mitmproxy==${MITMPROXY}`], { output: 'keep' })
      : made;
  if (result.code !== 0) say(`mitmproxy could not be installed and is left out:\n${result.text.trimEnd()}`);
}

await main(async (args) => {
  if (process.platform !== 'linux' || spawnSync('taskset', ['-c', '1', 'true']).status !== 0)
    throw new Stop('npm run bench needs Linux, two processors and taskset (util-linux).');
  await ensureInstalled();
  const start = [join(ROOT, 'bench', 'main.ts'), ...args];
  // What is not understood is told before anything is fetched: with --help the rest of the line is only read.
  const read = await run(projectNode(), [...start, '--help'], { output: 'keep' });
  if (read.code !== 0 || args.includes('--help')) return handOver(projectNode(), start);
  if (args.includes('window')) {
    await ensureBuilt(['core', 'renderer']);
    await installDebian({ chromium: 'chromium' });
    return handOver(projectNode(), start);
  }
  await ensureBuilt(['core']);
  await installDebian({
    wrk: 'wrk',
    squid: 'squid',
    nginx: 'nginx-light',
    haproxy: 'haproxy',
    curl: 'curl',
    python3: 'python3-venv',
  });
  await ensureMitmproxy();
  return handOver('taskset', ['-c', '1', projectNode(), ...start]);
});
