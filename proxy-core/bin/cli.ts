/** The core headless: flags and environment, the control server with the browser UI, signals and exit codes. */
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinHostPort } from '../contract/address.ts';
import { describeListenError, describeOpenness } from '../net/listening.ts';
import { CORE_STOP_MS, describeThrown } from '../contract/lifetimes.ts';
import { isLoopbackHost } from '../contract/settings.ts';
import { openControlServer, type ControlServer } from '../host/control-server.ts';
import { createMetrics } from '../host/metrics.ts';
import { helpText, parseOptions, type HostOptions } from '../host/options.ts';
import { SettingsService } from '../host/settings-service.ts';
import { compose, guardProcess, frameTrace, now, VERSION, type Log } from './compose.ts';
import { defaultDataDir } from './data-dir.ts';
import { harCommand } from './har.ts';
import { leftByNpx } from './left-alone.ts';
import { restartBounded } from './memory.ts';
import { runCommand } from './run.ts';
import { tellOfUpdates } from './update-line.ts';
import { systemProxyCommand, watchdogFile } from './system-proxy.ts';

const EXIT = { stopped: 0, failed: 1, badOption: 2, portInUse: 3 } as const;

const log: Log = (level, message) => void process.stderr.write(`${level === 'info' ? '' : `${level}: `}${message}\n`);

/** The built page lies beside the built core; from sources, in out/. */
function findUi(): string | undefined {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return [path.join(here, '..', 'renderer'), path.join(here, '..', '..', 'out', 'renderer')].find((folder) =>
    fs.existsSync(path.join(folder, 'index.html')),
  );
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

async function run(options: HostOptions): Promise<number> {
  const dataDir = path.resolve(options.dataDir ?? defaultDataDir());
  fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  restartBounded(
    new SettingsService(path.join(dataDir, 'settings.json'), options.overrides, (message) =>
      log('warn', message),
    ).current().captureMaxBytes,
  );
  const { core, settings, served } = compose(dataDir, options.overrides, log, {
    reservedPorts: [options.controlPort],
    watchdog: { file: watchdogFile() },
  });
  const token = options.token ?? randomBytes(24).toString('base64url');
  core.keepSecret(token);
  const metrics = createMetrics({
    stats: () => core.stats(),
    kafka: () => core.kafkaStatus(),
    interception: () => core.interceptionStatus(),
    version: VERSION,
  });
  core.onFinished(({ record }) => {
    if ((record.cacheStatus === 'HIT' || record.cacheStatus === 'MISS') && record.error === undefined)
      metrics.observeLatency(record.cacheStatus, record.durationMs ?? 0);
  });

  let proxyAt: { host: string; port: number };
  try {
    proxyAt = await core.listen();
  } catch (error) {
    const { freePort, listenProblem = describeListenError(error, settings.current()) } = await core.handlers[
      'core.info'
    ]({});
    log('error', `${listenProblem}${freePort === undefined ? '' : `; port ${freePort} is free`}`);
    await core.stop();
    return isTaken(error) ? EXIT.portInUse : EXIT.failed;
  }
  const uiRoot = findUi();
  let control: ControlServer;
  try {
    const trace = frameTrace(log);
    control = await openControlServer(options.controlPort, {
      token,
      core: served,
      uiRoot,
      metricsOpen: () => settings.current().metricsOpen,
      report: (message) => log('warn', message),
      ...(trace && { trace }),
      rest: {
        handlers: core.handlers,
        sessionId: core.sessionId,
        startedAtMs: core.startedAtMs,
        version: VERSION,
        now,
        metrics: metrics.scrape,
      },
    });
  } catch (error) {
    log(
      'error',
      isTaken(error)
        ? `control port ${options.controlPort} is in use by another program; choose another (--control-port, BSDM_CONTROL_PORT) or stop that program`
        : `the control server could not be opened: ${String(error)}`,
    );
    await core.stop();
    return isTaken(error) ? EXIT.portInUse : EXIT.failed;
  }

  core.addOwnAddress({ host: '127.0.0.1', port: control.port });

  const proxy = joinHostPort(proxyAt.host, proxyAt.port);
  const controlUrl = `http://127.0.0.1:${control.port}`;
  const ui = `${controlUrl}/#token=${token}`;
  if (!isLoopbackHost(proxyAt.host)) log('warn', describeOpenness(proxyAt));
  if (options.json)
    process.stdout.write(`${JSON.stringify({ event: 'ready', proxy, control: controlUrl, token, ui })}\n`);
  else {
    log('info', `BSDM-Proxy ${VERSION} listens on ${proxy}`);
    log(
      'info',
      uiRoot === undefined
        ? `control API on ${controlUrl}, token ${token} (the browser UI is not built: npm run build)`
        : `browser UI: ${ui}`,
    );
  }
  if (options.open) openBrowser(ui);
  const endUpdates = tellOfUpdates(settings, log);

  await Promise.race([signal(), leftByNpx()]);
  log('info', 'stopping');
  endUpdates();
  // A second signal does not wait.
  void signal().then(() => process.exit(EXIT.failed));
  setTimeout(() => process.exit(EXIT.failed), CORE_STOP_MS).unref();
  await control.close();
  await core.stop();
  return EXIT.stopped;
}

function signal(): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve());
  });
}

function openBrowser(url: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [url]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', url]]
        : ['xdg-open', [url]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', (error) => log('warn', `the browser could not be opened (${error.message}); open ${url} yourself`));
  child.unref();
}

guardProcess(log);
const argv = process.argv.slice(2);
process.exitCode =
  argv[0] === 'run'
    ? await runCommand(argv.slice(1), log)
    : argv[0] === 'system-proxy'
      ? await systemProxyCommand(argv.slice(1), log)
      : argv[0] === 'har'
        ? await harCommand(argv.slice(1), log)
        : await main(argv);
process.exit();

async function main(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, process.env);
  if (!parsed.ok) {
    log('error', parsed.problem);
    return EXIT.badOption;
  }
  if (parsed.options.help || parsed.options.version) {
    process.stdout.write(parsed.options.help ? helpText() : `${VERSION}\n`);
    return EXIT.stopped;
  }
  try {
    return await run(parsed.options);
  } catch (error) {
    log('error', `the core could not start: ${describeThrown(error)}`);
    return EXIT.failed;
  }
}
