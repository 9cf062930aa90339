/** Runs scenarios by a seed until so many exchanges were checked; what fails is made small. */
import { Chance } from './chance.ts';
import { Play, type Telling } from './play.ts';
import { randomSettings, Script } from './scenario.ts';
import type { Scenario, Step } from './steps.ts';
import { Tally, type Contradiction } from './tally.ts';

/** Requests of one scenario. */
const REQUESTS = 30;

export interface Found extends Contradiction {
  seed: number;
  scenario: Scenario;
}

export interface Outcome {
  tally: Tally;
  scenarios: number;
  /** The first of each kind, made small. */
  found: Found[];
}

async function once(seed: number, tell?: Telling): Promise<{ tally: Tally; scenario: Scenario }> {
  const chance = new Chance(seed);
  const settings = randomSettings(chance);
  const tally = new Tally();
  const play = new Play(settings, tally, tell);
  const script = new Script(chance, play);
  await script.run(REQUESTS);
  return { tally, scenario: { settings, steps: script.steps } };
}

/** Plays steps that are given; what they contradict. */
export async function replay({ settings, steps }: Scenario, tell?: Telling): Promise<Tally> {
  const tally = new Tally();
  const play = new Play(settings, tally, tell);
  for (const step of steps) await play.play(step);
  return tally;
}

/** Leaves out step by step whatever the contradiction of this kind does not need. */
export async function shrink(scenario: Scenario, kind: string, tell?: Telling): Promise<Scenario> {
  let { steps } = scenario;
  const fails = async (less: readonly Step[]): Promise<boolean> =>
    (await replay({ ...scenario, steps: less }, tell)).contradictions.some((found) => found.kind === kind);
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = Math.floor(size / 2))
    for (let at = steps.length - size; at >= 0; at -= size) {
      const less = [...steps.slice(0, at), ...steps.slice(at + size)];
      if (await fails(less)) steps = less;
    }
  return { ...scenario, steps };
}

/** Scenario after scenario. `onFound` hears of the first of each kind. */
export async function run(exchanges: number, seed: number, tell?: Telling, mostFound = 10): Promise<Outcome> {
  const tally = new Tally();
  const found: Found[] = [];
  let scenarios = 0;
  for (; tally.exchanges < exchanges; scenarios++) {
    const own = (seed * 1_000_003 + scenarios) | 0;
    const { tally: more, scenario } = await once(own, tell);
    tally.add(more);
    for (const contradiction of more.contradictions)
      if (found.length < mostFound && !found.some(({ kind }) => kind === contradiction.kind))
        found.push({ ...contradiction, seed: own, scenario: await shrink(scenario, contradiction.kind, tell) });
  }
  return { tally, scenarios, found };
}
