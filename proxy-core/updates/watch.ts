/** When a feed is asked: at the start and once a day, as long as the settings say so; never without a feed. */
import { isLoopbackHost, type Settings } from '../contract/settings.ts';
import { parseFeed } from './feed-url.ts';

/** What of the settings decides. */
export type UpdateSettings = Pick<Settings, 'updateCheck' | 'updateFeed' | 'dialAllow'>;

/** The feed to ask; null when none is to be asked. `ofPackage` is the one the package came with, which the setting outranks. */
export function wantedFeed({ updateCheck, updateFeed, dialAllow }: UpdateSettings, ofPackage = ''): URL | null {
  return updateCheck ? feedOf({ updateFeed, dialAllow }, ofPackage) : null;
}

/** The feed there is, whether or not it is asked by itself. */
export function feedOf(
  { updateFeed, dialAllow }: Pick<UpdateSettings, 'updateFeed' | 'dialAllow'>,
  ofPackage = '',
): URL | null {
  const feed = parseFeed(updateFeed === '' ? ofPackage : updateFeed);
  // Where only this machine may be dialled, a feed elsewhere may not.
  return feed === undefined || (dialAllow === 'loopback' && !isLoopbackHost(feed.hostname)) ? null : feed;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** How often it is looked whether a day is over: timers stand still while a machine sleeps, ms. */
const LOOK_MS = 15 * 60 * 1000;

export interface UpdateWatchDeps {
  /** Asks the feed; never rejects. */
  check: (feed: URL) => Promise<void>;
  now?: () => number;
  /** Calls again and again, until the answer is called. */
  every?: (ms: number, act: () => void) => () => void;
}

export class UpdateWatch {
  readonly #deps: Required<UpdateWatchDeps>;
  #feed: URL | null = null;
  /** When the present feed was asked. */
  #askedAt: number | undefined;
  #stop: (() => void) | undefined;

  constructor({ check, now = Date.now, every = repeat }: UpdateWatchDeps) {
    this.#deps = { check, now, every };
  }

  /** The feed that is wanted now; another one is asked at once. */
  follow(feed: URL | null): void {
    if (feed?.href === this.#feed?.href) return;
    this.#feed = feed;
    this.#askedAt = undefined;
    this.#stop = void this.#stop?.();
    if (feed === null) return;
    this.#stop = this.#deps.every(LOOK_MS, this.#look);
    this.#look();
  }

  stop(): void {
    this.follow(null);
  }

  readonly #look = (): void => {
    const now = this.#deps.now();
    // A clock that was set back must not put it off for ever.
    const isDue = this.#askedAt === undefined || now - this.#askedAt >= DAY_MS || now < this.#askedAt;
    if (this.#feed === null || !isDue) return;
    this.#askedAt = now;
    void this.#deps.check(this.#feed);
  };
}

function repeat(ms: number, act: () => void): () => void {
  const timer = setInterval(act, ms).unref();
  return () => clearInterval(timer);
}
