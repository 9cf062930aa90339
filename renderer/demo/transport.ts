/** Opens the window over the demo's world: some minutes of past traffic, then on in real time. */
import { makeMemoryChannels } from '../connection/memory-channel.ts';
import type { Transport } from '../connection/transport.ts';
import { makeBatch } from './builders.ts';
import { makeDemoCore } from './core.ts';
import { DemoWorld } from './world.ts';

const PAST_SECONDS = 240;
const TICK_MS = 250;

/** Exchanges in one second of the demo: waves of visitors, now and then nobody. */
function visitors(second: number): number {
  return Math.max(0, Math.round(3 + 2.6 * Math.sin(second / 17) + 1.8 * Math.sin(second / 5.3)));
}

export function demoTransport(): Transport {
  return {
    kind: 'demo',
    start(events) {
      const startMs = Date.now() - PAST_SECONDS * 1000;
      const world = new DemoWorld(startMs);
      for (let second = 0; second < PAST_SECONDS; second++) {
        const at = startMs + second * 1000;
        const n = visitors(second);
        for (let visitor = 0; visitor < n; visitor++)
          world.step(at + Math.round((900 * (visitor + world.random())) / n));
        if (second === PAST_SECONDS - 20) world.converse(at);
        if (second % 3 === 0) world.tunnels(at);
        world.sample(at, {});
      }
      const core = makeDemoCore(world, startMs);
      const [page, server] = makeMemoryChannels();
      core.serve(server);
      events.onChannel(page);

      let tick = 0;
      setInterval(() => {
        const now = Date.now();
        tick++;
        if (!core.capturePaused) {
          const rows = world.random() < visitors(now / 1000) / 4 ? [world.step(now)] : [];
          if (tick % 6 === 0) rows.push(...world.tunnels(now));
          if (rows.length > 0) core.push('traffic', makeBatch(rows, { oldestId: world.rows[0]?.id ?? 1 }));
        }
        if (tick % 4 === 0) core.push('stats', world.sample(now, { paused: core.capturePaused }));
      }, TICK_MS);
    },
  };
}
