/**
 * npm run demo [-- --port N]
 * The window in a browser over a recorded capture: no proxy, no network.
 */
import { join } from 'node:path';
import { ensureInstalled } from './lib/install.mjs';
import { OUT } from './lib/paths.mjs';
import { Stop, main, messageOf, say } from './lib/say.mjs';
import { serveFolder } from './lib/static-server.mjs';
import { ensureBuilt } from './lib/targets.mjs';

const HELP = `npm run demo [-- options]
The window in a browser over a recorded capture: no proxy, no network. Ctrl-C ends it.

  --port N   port on 127.0.0.1, 0 for any free one (default 0)
  --help     this text
`;

await main(async (args) => {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return;
  }
  const at = args.indexOf('--port');
  const port = at === -1 ? 0 : Number(args[at + 1]);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Stop('--port takes a whole number from 0 to 65535.', 2);
  await ensureInstalled();
  await ensureBuilt(['renderer']);
  const { server, address } = await serveFolder(join(OUT, 'renderer'), port).catch((problem) => {
    throw new Stop(`Cannot listen on port ${port}: ${messageOf(problem)}`, 3);
  });
  say('The demo capture is open here; Ctrl-C ends it.');
  process.stdout.write(`${address}/?demo\n`);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  server.close();
  server.closeAllConnections();
});
