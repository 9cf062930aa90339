/** Virtual rows of fixed height: only what is seen is drawn. The one place that touches TanStack Virtual. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type RefObject } from 'react';
import { usePrefs } from '../state/prefs.ts';

/** Height of a table row in px; must be --row of tokens.css. */
const ROW_HEIGHT = { comfortable: 28, compact: 23 } as const;

export function useRowHeight(): number {
  return ROW_HEIGHT[usePrefs((prefs) => prefs.density)];
}

export interface ShownRow {
  index: number;
  top: number;
}
export interface Rows {
  shown: readonly ShownRow[];
  /** Height of all rows together, px. */
  height: number;
}

/** Which of `count` rows are to be drawn in this scroller, and where. */
export function useRows(scroller: RefObject<HTMLElement | null>, count: number, rowHeight: number): Rows {
  const virtualizer = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12 });
  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  return { shown: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, top: start })), height: virtualizer.getTotalSize() };
}
