/**
 * npm run dev [-- flags of the core]
 * The window in a browser with hot reload, over a real headless core that is built and started again when it changes.
 */
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { CLI, ROOT } from './lib/paths.mjs';
import { onNode, projectEnv, splitLines } from './lib/run.mjs';
import { Stop, main, say } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

/** Saving several files, or one file in two steps, is one change. */
const SETTLE_MS = 200;

await main(async (args) => {
  await ensureInstalled();
  const code = await onNode(projectNode(), fileURLToPath(import.meta.url), args);
  if (code !== undefined) return code;

  const token = process.env.BSDM_CONTROL_TOKEN || randomBytes(24).toString('base64url');
  await ensureBuilt(['core']);
  let core = await startCore(args, token);
  const page = await servePage(core.control);
  process.stdout.write(`${page.address}/#token=${token}\n`);

  let timer;
  let busy = Promise.resolve();
  const restart = async () => {
    try {
      await ensureBuilt(['core']);
    } catch (problem) {
      if (!(problem instanceof Stop)) throw problem;
      return say(problem.message); // the old core goes on until the source is right again
    }
    await core.stop();
    // The page and the clients know the addresses of the first one.
    core = await startCore([...args, '--port', core.port, '--control-port', new URL(core.control).port], token);
  };
  const watcher = watch(join(ROOT, 'proxy-core'), { recursive: true }, (_event, file) => {
    if (file === null || /\.test\.ts$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => (busy = busy.then(restart).catch((problem) => say(problem.message))), SETTLE_MS);
  });

  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  clearTimeout(timer);
  watcher.close();
  await busy;
  await Promise.all([core.stop(), page.close()]);
});

/** Starts the core and waits for its ready line. */
function startCore(args, token) {
  const child = spawn(projectNode(), [CLI, ...args, '--json'], { cwd: ROOT, env: projectEnv({ BSDM_CONTROL_TOKEN: token }), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Stop(`The core ended with ${code}.`)));
    splitLines(child.stdout, (line) => {
      const ready = JSON.parse(line);
      say(`Proxy on ${ready.proxy}.`);
      resolve({
        control: ready.control,
        port: ready.proxy.slice(ready.proxy.lastIndexOf(':') + 1),
        stop: () => {
          child.kill('SIGTERM');
          return ended;
        },
      });
    });
  });
}

/** Vite's server for the page; what belongs to the core is passed on to it as if the core had served the page. */
async function servePage(control) {
  const { createServer } = await import('vite');
  const passOn = { target: control, changeOrigin: true, headers: { origin: control } };
  const server = await createServer({
    configFile: join(ROOT, 'vite.renderer.config.ts'),
    server: { proxy: { '/control': { ...passOn, ws: true, rewriteWsOrigin: true }, '/api': passOn } },
  });
  await server.listen();
  return { address: server.resolvedUrls.local[0].replace(/\/$/, ''), close: () => server.close() };
}
