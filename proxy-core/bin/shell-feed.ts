/** Tells the desktop shell what it shows outside the window, when it has changed, twice a second at most. */
import { joinHostPort } from '../contract/address.ts';
import { CACHE_MODES, INTERCEPT_MODES } from '../contract/settings.ts';
import { SHELL_MISSES, SHELL_URL_CHARS, type ShellNews } from '../contract/shell.ts';
import type { Core } from '../core.ts';

const PAUSE_MS = 500;

export function feedShell(core: Core, tell: (news: ShellNews) => void): void {
  const news: ShellNews = {
    paused: false,
    cacheMode: 'standard',
    cacheModeLocked: false,
    intercept: { mode: 'off', locked: false },
    systemProxy: { state: 'off', can: false },
    updates: { updateCheck: false, updateFeed: '', dialAllow: 'any' },
    misses: [],
    errors: 0,
  };
  let told = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      const text = JSON.stringify(news);
      if (text === told) return;
      told = text;
      tell(structuredClone(news));
    }, PAUSE_MS).unref();
  };
  core.streams.core({}, ({ listening, capturePaused }) => {
    if (listening === null) delete news.listening;
    else news.listening = joinHostPort(listening.host, listening.port);
    news.paused = capturePaused;
    changed();
  });
  core.streams.settings({}, ({ cacheMode, intercept, updateCheck, updateFeed, dialAllow }) => {
    news.cacheMode = CACHE_MODES.find((mode) => mode === cacheMode.value) ?? 'standard';
    news.cacheModeLocked = cacheMode.locked;
    const mode = INTERCEPT_MODES.find((name) => name === intercept.value) ?? 'off';
    news.updates = {
      updateCheck: updateCheck.value === true,
      updateFeed: String(updateFeed.value),
      dialAllow: String(dialAllow.value),
    };
    news.intercept = { mode, locked: intercept.locked };
    changed();
  });
  core.streams.systemProxy({}, ({ state, cannot }) => {
    news.systemProxy = { state, can: cannot === undefined };
    changed();
  });
  core.onFinished(({ id, record: { start, cacheStatus, error } }) => {
    if (error !== undefined) news.errors++;
    else if (cacheStatus === 'MISS')
      news.misses = [
        { id, method: start.method.slice(0, 32), url: start.url.slice(0, SHELL_URL_CHARS) },
        ...news.misses,
      ].slice(0, SHELL_MISSES);
    else return;
    changed();
  });
}
