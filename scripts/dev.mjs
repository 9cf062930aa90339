/**
 * npm run dev [-- flags of the core]
 * The window in a browser with hot reload, over a real headless core that is built and started again when it changes.
 */
import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCore } from './lib/core.mjs';
import { ensureInstalled, projectNode } from './lib/install.mjs';
import { ROOT } from './lib/paths.mjs';
import { onNode } from './lib/run.mjs';
import { Stop, main, messageOf, say } from './lib/say.mjs';
import { ensureBuilt } from './lib/targets.mjs';

/** Saving several files, or one file in two steps, is one change. */
const SETTLE_MS = 200;

await main(async (args) => {
  await ensureInstalled();
  const code = await onNode(projectNode(), fileURLToPath(import.meta.url), args);
  if (code !== undefined) return code;

  const token = process.env.BSDM_CONTROL_TOKEN || randomBytes(24).toString('base64url');
  await ensureBuilt(['core']);
  const env = { BSDM_CONTROL_TOKEN: token };
  let core = await startCore(args, env);
  say(`Proxy on ${core.ready.proxy}.`);
  const page = await servePage(core.ready.control);
  process.stdout.write(`${page.address}/#token=${token}\n`);

  // The page and the clients know the addresses of the first one.
  const sameAddresses = [
    '--port',
    core.ready.proxy.slice(core.ready.proxy.lastIndexOf(':') + 1),
    '--control-port',
    new URL(core.ready.control).port,
  ];

  /** @type {NodeJS.Timeout | undefined} */
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
    core = await startCore([...args, ...sameAddresses], env);
    say(`Proxy on ${core.ready.proxy}.`);
  };
  const watcher = watch(join(ROOT, 'proxy-core'), { recursive: true }, (_event, file) => {
    if (file === null || /\.test\.ts$/.test(file)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      busy = busy.then(restart).catch((problem) => say(messageOf(problem)));
    }, SETTLE_MS);
  });

  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  clearTimeout(timer);
  watcher.close();
  await busy;
  await Promise.all([core.stop(), page.close()]);
  return 0;
});

/**
 * Vite's server for the page; what belongs to the core is passed on to it as if the core had served the page.
 * @param {string} control
 */
async function servePage(control) {
  const { createServer } = await import('vite');
  const passOn = { target: control, changeOrigin: true, headers: { origin: control } };
  const server = await createServer({
    configFile: join(ROOT, 'vite.renderer.config.ts'),
    server: { proxy: { '/control': { ...passOn, ws: true, rewriteWsOrigin: true }, '/api': passOn } },
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (address === undefined) throw new Stop('Vite does not say where it serves the page.');
  return { address: address.replace(/\/$/, ''), close: () => server.close() };
}
