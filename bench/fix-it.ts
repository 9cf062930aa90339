/**
 * node bench/fix-it.ts [--modules FOLDER/node_modules] [--python FILE] [--maven FOLDER] [SERVER …]
 * Runs the lines of Fix it for real. Each server answers so that the proxy misses; the core is asked what would make it a hit; the
 * server is started anew with exactly the lines that are shown; then the second of two requests has to be a HIT, and a path
 * beside it has to answer as before. Paths with everything that means something to some syntax are among them.
 * Servers that are not installed are skipped, with what would be needed.
 */
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { linesFor } from '../proxy-core/contract/fix/lines/lines.ts';
import { SERVERS, type ServerName } from '../proxy-core/contract/fix/lines/servers.ts';
import { ask, type ProxyReply } from '../proxy-core/testkit/clients.ts';
import { startCore, type RunningCore } from '../proxy-core/testkit/running-core.ts';
import { answerFor, FINDERS, type Found, type Places, type Start } from './fix-it-servers.ts';

const { values, positionals } = parseArgs({
  options: { modules: { type: 'string' }, python: { type: 'string', default: 'python3' }, maven: { type: 'string' } },
  allowPositionals: true,
});
const places: Places = { modules: values.modules, python: values.python, maven: values.maven };

/** See `answerFor`. */
const PATHS = [
  '/plain/a',
  '/refused.html',
  '/vary',
  `/n%22%27%60%7B%7D%24%7BHOME%7D;%23%3C%3E%20%28x%29:*+%C3%A9`,
  `/r"'\`{}$(x);|^,!*:[]+~=@&end`,
];
const NOT_TAKEN = 'the server itself takes no such path';

/** These are started too slowly for all of them; Next.js takes no Vary away. */
const SOME: Partial<Record<ServerName, readonly number[]>> = { spring: [0, 1, 2], next: [0, 1, 3] };

const app = http.createServer((request, response) => {
  response.writeHead(200, answerFor(request.url ?? ''));
  response.end('hello');
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when somebody listens; rejects with what the process had to say when it ended before. */
async function listening(child: ChildProcess, { port, folder }: Start): Promise<void> {
  for (let tries = 0; tries < 1200; tries++) {
    if (child.exitCode !== null)
      throw new Error(
        `it ended with ${child.exitCode}: ${fs.readFileSync(path.join(folder, 'err'), 'utf8').slice(-600)}`,
      );
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isThere) return;
    await wait(50);
  }
  throw new Error('it did not begin to listen within a minute');
}

async function withServer<T>(found: Found, start: Start, use: (url: string) => Promise<T>): Promise<T> {
  const child = found.start(start);
  try {
    await listening(child, start);
    return await use(`http://127.0.0.1:${start.port}`);
  } finally {
    const ended = child.exitCode !== null || new Promise((resolve) => child.once('exit', resolve));
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
  }
}

const fieldsOf = ({ fields }: ProxyReply): string =>
  ['cache-control', 'set-cookie', 'vary', 'expires']
    .flatMap((name) => (fields[name] === undefined ? [] : [`${name}: ${String(fields[name])}`]))
    .join(' | ');

/** One path: what it was, the change, what it is. Undefined when it came out as it should. */
async function check(
  running: RunningCore,
  name: ServerName,
  found: Found,
  target: string,
  folder: string,
): Promise<string | undefined> {
  const { handlers } = running.core;
  const start: Start = {
    folder,
    port: await freePort(),
    appPort: (app.address() as AddressInfo).port,
    lines: undefined,
  };
  const send = (url: string): Promise<ProxyReply> => ask(running.port, url);
  const beside = `${target}x`;
  const before = await withServer(found, start, async (url) => {
    await send(url + target);
    const miss = await send(url + target);
    return { miss, url, beside: fieldsOf(await send(url + beside)) };
  });
  if (before.miss.fields['x-cache-status'] === 'HIT') return `a hit before: ${fieldsOf(before.miss)}`;
  if (before.miss.status === 400) return NOT_TAKEN;
  if (before.miss.status !== 200) return `status ${before.miss.status} before`;
  const { rows } = await handlers['exchange.list']({ text: `:${start.port}`, descending: true, limit: 10 });
  const row = rows.filter(({ url }) => !url.endsWith(beside)).at(0);
  const fix = await handlers['exchange.fix']({ id: row?.id ?? 0 });
  if (fix.kind !== 'fix') return `no change is shown: ${JSON.stringify(fix)}`;
  // Next.js cannot take a field away: the smallest change, the others the one without the cookie.
  const { edits } = name === 'next' ? fix.fixes[0]! : fix.fixes.at(-1)!;
  const lines = linesFor(name, edits, row!.url);
  await handlers['cache.purge']({ selector: { all: true }, dryRun: false });
  const after = await withServer(found, { ...start, lines }, async (url) => {
    await send(url + target);
    const hit = await send(url + target);
    return { hit, beside: fieldsOf(await send(url + beside)) };
  });
  const outcome = String(after.hit.fields['x-cache-status']);
  if (outcome !== 'HIT') return `${outcome} with\n${lines}\nand then ${fieldsOf(after.hit)}`;
  const isGone = edits.some(({ name: field, value }) => field === 'Set-Cookie' && value === null);
  if (isGone && after.hit.fields['set-cookie'] !== undefined) return `the cookie is still there with\n${lines}`;
  if (after.beside !== before.beside) return `the path beside it changed, too: ${before.beside} -> ${after.beside}`;
  return undefined;
}

await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
const running = await startCore();
const wanted = positionals.length === 0 ? SERVERS : SERVERS.filter((name) => positionals.includes(name));
let failed = 0;
for (const name of wanted) {
  const found = FINDERS[name].find(places);
  if (found === undefined) {
    console.log(`${name.padEnd(11)}skipped: ${FINDERS[name].missing}`);
    continue;
  }
  console.log(`${name.padEnd(11)}${found.version}`);
  for (const target of SOME[name]?.map((n) => PATHS[n]!) ?? PATHS) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), `fix-it-${name}-`));
    fs.chmodSync(folder, 0o755);
    const problem = await check(running, name, found, target, folder).catch((error: unknown) => String(error));
    const isTaken = problem !== NOT_TAKEN;
    if (problem !== undefined && isTaken) failed++;
    console.log(`  ${problem === undefined ? 'HIT ' : isTaken ? 'FAIL' : '-   '} ${target}`);
    if (problem !== undefined) console.log(`       ${problem}`);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
await running.stop();
app.closeAllConnections();
app.close();
console.log(failed === 0 ? 'all hits' : `${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
