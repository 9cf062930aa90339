/** What both hosts do alike: clock, settings from the data folder, core, and what is served of it. */
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import packageJson from '../../package.json' with { type: 'json' };
import { createCore, type Core } from '../core.ts';
import type { SettingKey } from '../contract/settings.ts';
import type { Override } from '../host/options.ts';
import type { ServedCore } from '../host/serve.ts';
import { SettingsService } from '../host/settings-service.ts';

export const VERSION = packageJson.version;

/** Unix time in ms with fractions; never runs backwards within a process. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export type Log = (level: 'info' | 'warn' | 'error', message: string) => void;

export interface Composed {
  core: Core;
  served: ServedCore;
  settings: SettingsService;
}

/** Wires a core over the settings of a data folder; it does not listen yet. */
export function compose(dataDir: string, overrides: ReadonlyMap<SettingKey, Override>, log: Log, reservedPorts: readonly number[] = []): Composed {
  const settings = new SettingsService(path.join(dataDir, 'settings.json'), overrides, (message) => log('warn', message));
  const core = createCore({ settings, version: VERSION, dataDir, now, log, reservedPorts });
  return { core, settings, served: { name: 'BSDM-Proxy', version: VERSION, handlers: core.handlers, streams: core.streams } };
}

/** `BSDM_TRACE=frames` prints every frame on one line. */
export function frameTrace(log: Log): ((line: string) => void) | undefined {
  return (process.env['BSDM_TRACE'] ?? '').split(',').includes('frames') ? (line) => log('info', `frame ${line}`) : undefined;
}

/** A last line for what nobody caught: the process ends, and says why. */
export function exitOnUncaught(log: Log): void {
  process.on('uncaughtException', (error) => {
    log('error', `unexpected failure, the core ends: ${error.stack ?? error.message}`);
    process.exit(1);
  });
}
