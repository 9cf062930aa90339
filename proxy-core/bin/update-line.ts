/** The headless core says on one line that there is a newer version; nobody is there who could say yes to more. */
import { UpdateWatch, wantedFeed } from '../updates/watch.ts';
import { askFeed } from '../updates/fetch.ts';
import type { SettingsService } from '../host/settings-service.ts';
import { VERSION, type Log } from './compose.ts';

/** Looks from now on, as the settings say; each version is told once. The answer ends it. */
export function tellOfUpdates(settings: SettingsService, log: Log): () => void {
  let told = VERSION;
  const watch = new UpdateWatch({
    async check(feed) {
      try {
        const { platform, arch } = process;
        const release = await askFeed({ feed, version: told, platform, arch });
        if (release === null) return;
        told = release.version;
        log('info', `BSDM-Proxy ${release.version} is available (this is ${VERSION}): ${feed.href}`);
      } catch (error) {
        log('warn', `new versions could not be looked for: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  });
  const follow = (): void => watch.follow(wantedFeed(settings.current()));
  follow();
  const unsubscribe = settings.subscribe(follow);
  return () => {
    unsubscribe();
    watch.stop();
  };
}
