/** What is chosen to be compared, and what is being compared. */
import { create } from 'zustand';
import type { CompareRef } from '../../proxy-core/contract/compare/compare.ts';

/** One side, with words for it. */
export interface Compared {
  ref: CompareRef;
  label: string;
}

interface Comparing {
  /** Waits for its other side. */
  picked: Compared | null;
  pair: readonly [left: Compared, right: Compared] | null;
}

export const useComparing = create<Comparing>()(() => ({ picked: null, pair: null }));

export const compare = (left: Compared, right: Compared): void =>
  useComparing.setState({ pair: [left, right], picked: null });
export const pick = (picked: Compared): void => useComparing.setState({ picked });
export const closeComparison = (): void => useComparing.setState({ pair: null });
