/** Breakpoints of a running core, as a page sees them. */
import type { HeldState, HeldSummary } from '../contract/breakpoints/held.ts';
import type { StageName } from '../contract/exchange.ts';
import type { Core } from '../core.ts';

export interface HeldPage {
  /** Resolves when so many are held, and `is` (if given) says so of them. */
  until(count: number, is?: (held: readonly HeldSummary[]) => boolean): Promise<readonly HeldSummary[]>;
  /** Resolves with the state that passes. */
  state(is: (state: HeldState) => boolean): Promise<HeldState>;
  close(): void;
}

/** A page that watches what is held. */
export function openHeldPage(core: Core): HeldPage {
  let last: HeldState | undefined;
  const waiting = new Set<() => void>();
  const subscription = core.streams.held({}, (state) => {
    last = state;
    for (const look of waiting) look();
  });
  const state = (is: (state: HeldState) => boolean): Promise<HeldState> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (last === undefined || !is(last)) return;
        waiting.delete(look);
        resolve(last);
      };
      waiting.add(look);
      look();
    });
  return {
    state,
    until: async (count, is = () => true) => (await state(({ held }) => held.length === count && is(held))).held,
    close: () => subscription.stop(),
  };
}

/** Puts a breakpoint at these places, and nothing else. */
export async function breakAt(core: Core, ...places: StageName[]): Promise<void> {
  const rules = places.map((where) => ({
    id: where,
    name: `break ${where}`,
    enabled: true,
    when: '',
    where,
    then: [{ do: 'breakpoint' as const }],
  }));
  await core.handlers['rules.replace']({ list: { groups: [], rules } });
}
