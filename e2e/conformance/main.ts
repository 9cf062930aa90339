/**
 * Runs the public cache tests through the real listener of the built core and judges the result.
 * Called by scripts/conformance.mjs; see docs/conformance.md.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { testAuthority } from '../../proxy-core/testkit/certificate.ts';
import { openAdapter, openTlsBefore, type Adapter } from './adapter.ts';
import { Suite } from './suite.ts';
import { decideVerdict, judge, report, type Accepted } from './verdict.ts';

const root = dirname(dirname(import.meta.dirname));

const USAGE = `npm run conformance -- [options] [-- proxy flags]
  --suite DIR            another checkout of the cache tests (its own dependencies installed)
  --ttl SECONDS          run with a default lifetime (proxy flag --cache-ttl-seconds)
  --ignore-dependencies  judge each test by itself, also when one it depends on did not pass
  --id TEST              run one test and show its messages
  --https                in tunnels the proxy reads: TLS on both sides of it
  --source               run the core from its sources instead of the built one
  --json FILE            write the verdict as JSON`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: 'string' },
    ttl: { type: 'string' },
    'ignore-dependencies': { type: 'boolean', default: false },
    id: { type: 'string', default: '' },
    https: { type: 'boolean', default: false },
    source: { type: 'boolean', default: false },
    json: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

/** Starts the core on free ports and waits for its ready line. */
async function startCore(dataDir: string, more: readonly string[]): Promise<{ port: number; process: ChildProcess }> {
  const entry = values.source ? join(root, 'proxy-core', 'bin', 'cli.ts') : join(root, 'out', 'core', 'cli.mjs');
  if (!existsSync(entry)) throw new Error(`${entry} is not there: npm run build -- core`);
  const flags = [
    '--port',
    '0',
    '--control-port',
    '0',
    '--data-dir',
    dataDir,
    '--json',
    ...more,
    ...(values.ttl === undefined ? [] : ['--cache-ttl-seconds', values.ttl]),
    ...positionals,
  ];
  const core = spawn(process.execPath, [entry, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: core.stdout }).on('line', (line) => {
      const match = /"proxy":"[^"]*:(\d+)"/.exec(line);
      if (match !== null) resolve(Number(match[1]));
    });
    core.on('exit', (code) => reject(new Error(`the core ended with ${code} before it was ready`)));
  });
  return { port, process: core };
}

function stop(child: ChildProcess | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (child === undefined || child.exitCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

function readAccepted(): Record<string, Accepted> {
  // Our own file, checked by verdict.test.ts.
  return JSON.parse(readFileSync(join(import.meta.dirname, 'not-passed.json'), 'utf8')) as Record<string, Accepted>;
}

async function run(): Promise<number> {
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const suite = new Suite(values.suite ?? join(root, 'node_modules', 'http-cache-tests'));
  const tests = await suite.tests();
  const dataDir = mkdtempSync(join(tmpdir(), 'bsdm-conformance-'));
  let core: ChildProcess | undefined;
  let server: ChildProcess | undefined;
  let adapter: Adapter | undefined;
  let secure: Awaited<ReturnType<typeof openTlsBefore>> | undefined;
  try {
    const origin = await suite.startServer();
    server = origin.process;
    const more: string[] = [];
    if (values.https) {
      const authority = testAuthority();
      const file = join(dataDir, 'origin-ca.pem');
      writeFileSync(file, authority.cert);
      secure = await openTlsBefore(origin.port, authority.issue({ names: ['localhost'] }));
      more.push('--intercept', 'all', '--upstream-ca', file);
    }
    const started = await startCore(dataDir, more);
    core = started.process;
    adapter = await openAdapter(started.port, secure?.port ?? origin.port, values.https);
    const { results, output } = await suite.runClient(adapter.base, values.id);
    if (values.id !== '') {
      console.log(output);
      return 0;
    }
    const verdict = decideVerdict(judge(tests, results, values['ignore-dependencies']), readAccepted());
    console.log(report(verdict).join('\n'));
    if (values.json !== undefined) {
      mkdirSync(dirname(values.json), { recursive: true });
      writeFileSync(values.json, `${JSON.stringify(verdict, null, 2)}\n`);
    }
    return verdict.ok ? 0 : 1;
  } finally {
    await adapter?.close();
    secure?.close();
    await Promise.all([stop(core), stop(server)]);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

process.exitCode = await run().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});
