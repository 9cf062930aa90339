/** What both hosts do alike: clock, settings from the data folder, core, and what is served of it. */
import fs from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { createCore, type Core, type CoreOptions } from '../core.ts';
import { describeThrown, lastWords } from '../contract/lifetimes.ts';
import type { SettingKey } from '../contract/settings.ts';
import type { Override } from '../host/options.ts';
import type { ServedCore } from '../host/serve.ts';
import { SettingsService } from '../host/settings-service.ts';
import { descriptorLimit } from '../net/front/descriptors.ts';
import { Clock } from './clock.ts';
import { availableCaptureBytes, releaseMemory } from './memory.ts';

export const VERSION = packageJson.version;

const clock = new Clock();
const { wallOffsetMs } = clock;
/** Core time. */
export const { now } = clock;

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface Composed {
  core: Core;
  served: ServedCore;
  settings: SettingsService;
}

/** Wires a core over the settings of a data folder; it does not listen yet. */
export function compose(
  dataDir: string,
  overrides: ReadonlyMap<SettingKey, Override>,
  log: Log,
  { reservedPorts = [], watchdog, notices = [] }: Pick<CoreOptions, 'reservedPorts' | 'watchdog' | 'notices'> = {},
): Composed {
  const found = [...notices];
  const settings = new SettingsService(path.join(dataDir, 'settings.json'), overrides, (message) => {
    log('warn', message);
    found.push(message);
  });
  const core = createCore({
    settings,
    version: VERSION,
    dataDir,
    now,
    wallOffsetMs,
    log,
    reservedPorts,
    watchdog,
    notices: found,
    descriptorLimit: descriptorLimit(),
    captureRoomBytes: availableCaptureBytes(),
    releaseMemory,
  });
  return {
    core,
    settings,
    served: { name: 'BSDM-Proxy', version: VERSION, handlers: core.handlers, streams: core.streams },
  };
}

/** `BSDM_TRACE=frames` prints every frame on one line. */
export function frameTrace(log: Log): ((line: string) => void) | undefined {
  return (process.env['BSDM_TRACE'] ?? '').split(',').includes('frames')
    ? (line) => log('info', `frame ${line}`)
    : undefined;
}

/**
 * What nobody caught. An exception ends the process, for its state is unknown: with the stack, and with last words that the
 * desktop shell shows. A promise nobody waited for ends nothing: it is one command's, and that command has failed already.
 */
export function guardProcess(log: Log): void {
  process.on('uncaughtException', (thrown: unknown) => {
    const stack = thrown instanceof Error ? `${thrown.stack ?? ''}\n` : '';
    try {
      // At once: what is only queued for standard error does not outlive process.exit.
      fs.writeSync(2, `${stack}error: ${lastWords(thrown)}\n`);
    } catch {
      // Nobody reads it any more.
    }
    process.exit(1);
  });
  process.on('unhandledRejection', (reason) =>
    log(
      'error',
      `a failure nobody waited for: ${reason instanceof Error ? (reason.stack ?? reason.message) : describeThrown(reason)}`,
    ),
  );
  // Whoever read our output has gone; that is no reason to follow.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
