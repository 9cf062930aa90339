/** A throttled line between clients and the proxy: one rate each way, shared by all who use it. */
import type { ThrottleProfile } from '../../contract/throttle.ts';
import { Lane, type LineClock } from './lane.ts';
import { bytesPerSecond } from './pace.ts';

export class Link {
  readonly clock: LineClock;
  /** From clients. */
  readonly up: Lane;
  /** To clients. */
  readonly down: Lane;
  #profile: ThrottleProfile | undefined;

  constructor(clock: LineClock, profile?: ThrottleProfile) {
    this.clock = clock;
    this.up = new Lane(clock);
    this.down = new Lane(clock);
    this.use(profile);
  }

  /** What the line is like; undefined when it is as fast as it can be. */
  get profile(): ThrottleProfile | undefined {
    return this.#profile;
  }

  /** Another profile, for what is on its way too. */
  use(profile: ThrottleProfile | undefined): void {
    if (JSON.stringify(profile) === JSON.stringify(this.#profile)) return;
    this.#profile = profile;
    this.up.use(bytesPerSecond(profile?.upKbps ?? 0));
    this.down.use(bytesPerSecond(profile?.downKbps ?? 0));
  }

  get latencyMs(): number {
    return this.#profile?.latencyMs ?? 0;
  }

  /** Nothing gets through. */
  get isCut(): boolean {
    return this.#profile?.lossPercent === 100;
  }

  /** Draws whether a connection is dropped. */
  loses(): boolean {
    const percent = this.#profile?.lossPercent ?? 0;
    return percent > 0 && this.clock.random() * 100 < percent;
  }
}
