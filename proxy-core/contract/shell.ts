/** What the desktop shell shows of its core outside the window: in the tray, on the dock, in menus. */
import { CACHE_MODES, INTERCEPT_MODES, type CacheMode, type InterceptMode, type Settings } from './settings.ts';
import { SYSTEM_PROXY_STATES } from './system-proxy.ts';

/** An exchange that was a miss. */
export interface ShellMiss {
  id: number;
  method: string;
  url: string;
}

export interface ShellNews {
  /** Where the proxy listens, `host:port`; absent while it does not. */
  listening?: string;
  paused: boolean;
  cacheMode: CacheMode;
  /** The cache mode came from a flag or the environment. */
  cacheModeLocked: boolean;
  /** What TLS is read. */
  intercept: { mode: InterceptMode; locked: boolean };
  systemProxy: { state: (typeof SYSTEM_PROXY_STATES)[number]; can: boolean };
  /** What decides whether new versions are looked for, and where. */
  updates: Pick<Settings, 'updateCheck' | 'updateFeed' | 'dialAllow'>;
  /** Newest first, at most {@link SHELL_MISSES}. */
  misses: ShellMiss[];
  /** Exchanges that failed since the core started. */
  errors: number;
}

export const SHELL_MISSES = 5;
/** Longest URL that is told. */
export const SHELL_URL_CHARS = 2048;

const isFields = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw);

const isMiss = (raw: unknown): raw is ShellMiss =>
  isFields(raw) &&
  Number.isSafeInteger(raw['id']) &&
  typeof raw['method'] === 'string' &&
  typeof raw['url'] === 'string' &&
  raw['url'].length <= SHELL_URL_CHARS;

/** Null for what is none. */
export function parseShellNews(raw: unknown): ShellNews | null {
  if (!isFields(raw)) return null;
  const { listening, paused, cacheModeLocked, misses, errors, systemProxy } = raw;
  const cacheMode = CACHE_MODES.find((mode) => mode === raw['cacheMode']);
  const state = isFields(systemProxy) && SYSTEM_PROXY_STATES.find((name) => name === systemProxy['state']);
  const intercept = isFields(raw['intercept']) ? raw['intercept'] : {};
  const mode = INTERCEPT_MODES.find((name) => name === intercept['mode']);
  if (mode === undefined || typeof intercept['locked'] !== 'boolean') return null;
  if (cacheMode === undefined || state === undefined || state === false || !isFields(systemProxy)) return null;
  const updates = isFields(raw['updates']) ? raw['updates'] : {};
  const { updateCheck, updateFeed, dialAllow } = updates;
  if (typeof updateCheck !== 'boolean' || typeof updateFeed !== 'string' || typeof dialAllow !== 'string') return null;
  if (typeof paused !== 'boolean' || typeof cacheModeLocked !== 'boolean' || typeof errors !== 'number') return null;
  if (!Array.isArray(misses) || misses.length > SHELL_MISSES || !misses.every(isMiss)) return null;
  return {
    ...(typeof listening === 'string' && { listening }),
    paused,
    cacheMode,
    cacheModeLocked,
    intercept: { mode, locked: intercept['locked'] },
    systemProxy: { state, can: systemProxy['can'] === true },
    updates: { updateCheck, updateFeed, dialAllow },
    misses,
    errors,
  };
}
