/** Exchanges that breakpoints hold, as the core tells them, and which of them is open in the editor. */
import { create } from 'zustand';
import type { HeldState, HeldSummary } from '../../proxy-core/contract/breakpoints/held.ts';

interface HeldUi {
  /** Oldest first. */
  held: readonly HeldSummary[];
  passed: HeldState['passed'];
  /** By the number of its exchange: two at a time where a request waits at two places. */
  byExchange: ReadonlyMap<number, HeldSummary>;
  /** Number of the held one in the editor; it stays when that has gone on by itself. */
  open: number | null;
}

const NOTHING: HeldState = { held: [], passed: { full: 0, limit: 0, unattended: 0 } };

export const useHeld = create<HeldUi>()(() => ({ ...NOTHING, byExchange: new Map(), open: null }));

export const takeHeld = ({ held, passed }: HeldState): void =>
  useHeld.setState({ held, passed, byExchange: new Map(held.map((one) => [one.exchange, one])) });

/** The connection is lost: what was held has gone on. */
export const forgetHeld = (): void => takeHeld(NOTHING);

export const openHeld = (id: number | null): void => useHeld.setState({ open: id });

/** Opens the editor if this exchange is held. */
export function openHeldOf(exchange: number): boolean {
  const held = useHeld.getState().byExchange.get(exchange);
  if (held !== undefined) openHeld(held.id);
  return held !== undefined;
}
