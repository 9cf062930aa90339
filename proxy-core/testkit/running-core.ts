/** A whole core on port 0 for tests: real sockets, loopback only, nothing saved. */
import { createCore, type Core } from '../core.ts';
import { HTTP_FRONTS, type SettingKey, type Settings } from '../contract/settings.ts';
import type { TierOptions } from '../cache/tier.ts';
import type { Override } from '../host/options.ts';
import type { Stages } from '../net/exchange/stages.ts';
import { SettingsService } from '../host/settings-service.ts';
import type { ExchangeDetail } from '../contract/exchange.ts';

export interface RunningCore {
  core: Core;
  settings: SettingsService;
  port: number;
  /** Detail of the newest captured exchange whose URL contains `text`. */
  detailOf(text: string): Promise<ExchangeDetail>;
  /** Resolves when `count` exchanges have finished. */
  finished(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** A clock tests can move; it runs on by itself, so that durations stay real. */
export class MovableClock {
  offsetMs = 0;
  /** How far somebody has set the clock on the wall, ms. */
  setByMs = 0;
  readonly now = (): number => performance.timeOrigin + performance.now() + this.offsetMs;
  readonly wallOffsetMs = (): number => this.setByMs;
  advance(seconds: number): void {
    this.offsetMs += seconds * 1000;
  }
}

/** `BSDM_HTTP_FRONT=node` runs tests with the front that is not the default. */
function frontUnderTest(): Partial<Settings> {
  const httpFront = HTTP_FRONTS.find((name) => name === process.env['BSDM_HTTP_FRONT']);
  return httpFront === undefined ? {} : { httpFront };
}

/** Starts a core; `given` are settings over the defaults, `stages` is asked at each exchange. */
export async function startCore(
  given: Partial<Settings> = {},
  clock = new MovableClock(),
  tier?: Omit<TierOptions, 'report'>,
  stages: () => Stages | undefined = () => undefined,
): Promise<RunningCore> {
  const overrides = new Map<SettingKey, Override>([
    ['dialAllow', { value: given.dialAllow ?? 'loopback', source: 'env', origin: 'test' }],
  ]);
  const settings = new SettingsService(null, overrides, () => undefined);
  const { dialAllow: _locked, ...free } = given;
  settings.update({ port: 0, ...frontUnderTest(), ...free });
  const core = createCore({
    settings,
    version: '0.0.0-test',
    dataDir: '',
    now: clock.now,
    wallOffsetMs: clock.wallOffsetMs,
    tier,
    get stages() {
      return stages();
    },
    log: () => undefined,
  });
  let count = 0;
  const waiting: { count: number; resolve: () => void }[] = [];
  core.onFinished(() => {
    count++;
    for (const item of waiting.splice(0)) {
      if (count >= item.count) item.resolve();
      else waiting.push(item);
    }
  });
  const { port } = await core.listen();
  return {
    core,
    settings,
    port,
    async detailOf(text) {
      const { rows } = await core.handlers['exchange.list']({ text, descending: true, limit: 1 });
      if (rows[0] === undefined) throw new Error(`no captured exchange contains ${text}`);
      return core.handlers['exchange.get']({ id: rows[0].id });
    },
    finished: (wanted) =>
      count >= wanted ? Promise.resolve() : new Promise((resolve) => waiting.push({ count: wanted, resolve })),
    stop: () => core.stop(),
  };
}
