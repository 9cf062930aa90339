/** The throttle of a proxy: one line for all traffic while it is on, and one for each profile that rules name. */
import type { Settings } from '../../contract/settings.ts';
import { findThrottleProfile, NO_THROTTLE } from '../../contract/throttle.ts';
import type { LineClock } from './lane.ts';
import { Link } from './link.ts';

type ThrottleSettings = Pick<Settings, 'throttle' | 'throttleProfiles'>;

/** The real clock of lines. */
const LINE_CLOCK: LineClock = {
  now: () => performance.now(),
  wait: (ms, then) => {
    const timer = setTimeout(then, ms).unref();
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

export class Throttle {
  /** The line for all traffic; without a profile while the throttle is off. */
  readonly whole: Link;
  readonly #clock: LineClock;
  /** By name in lower case; those with a name that is none stay away. */
  readonly #byName = new Map<string, Link>();
  #own = '';

  constructor(clock: LineClock = LINE_CLOCK) {
    this.#clock = clock;
    this.whole = new Link(clock);
  }

  /** Takes over changed settings, for what is on its way too. A name that is none stands for off. */
  apply({ throttle, throttleProfiles }: ThrottleSettings): void {
    this.#own = throttleProfiles;
    this.whole.use(throttle === NO_THROTTLE ? undefined : findThrottleProfile(throttle, throttleProfiles));
    for (const [name, link] of this.#byName) {
      const profile = findThrottleProfile(name, throttleProfiles);
      link.use(profile);
      if (profile === undefined) this.#byName.delete(name);
    }
  }

  /** The line for all traffic; undefined while the throttle is off. */
  get link(): Link | undefined {
    return this.whole.profile === undefined ? undefined : this.whole;
  }

  /** The line that all share whom rules send over this profile; undefined when there is none of that name. */
  line(name: string): Link | undefined {
    const key = name.toLowerCase();
    const known = this.#byName.get(key);
    if (known !== undefined) return known;
    const profile = findThrottleProfile(key, this.#own);
    if (profile === undefined) return undefined;
    const link = new Link(this.#clock, profile);
    this.#byName.set(key, link);
    return link;
  }
}
