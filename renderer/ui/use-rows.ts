/** Virtual rows of fixed height: only what is seen is drawn. The one place that touches TanStack Virtual. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type RefObject } from 'react';
import { usePrefs } from '../state/prefs.ts';

/** Height of a table row in px; must be --row of tokens.css. */
const ROW_HEIGHT = { comfortable: 28, compact: 23 } as const;

/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 6;
export function useRowHeight(): number {
  return ROW_HEIGHT[usePrefs((prefs) => prefs.density)];
}

export interface ShownRow {
  index: number;
  /** Use as React key: a row that scrolls out lends its elements to the one that scrolls in, which is far cheaper than new ones. */
  slot: number;
  top: number;
}
export interface Rows {
  shown: readonly ShownRow[];
  /** Height of all rows together, px. */
  height: number;
}

/**
 * Which of `count` rows are to be drawn in this scroller, and where. `atEnd`: the scroller is put at its end after each
 * drawing, so the last rows are drawn, wherever it stands now; else one that grows fast would show where nothing is.
 */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  atEnd = false,
): Rows {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  // As many slots as rows are drawn at most in this height: who enters at one edge gets the elements of who left at the other.
  const slots = Math.ceil((virtualizer.scrollRect?.height ?? 0) / rowHeight) + 2 * OVERSCAN + 2;
  if (!atEnd)
    return {
      shown: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, slot: index % slots, top: start })),
      height: virtualizer.getTotalSize(),
    };
  const drawn = Math.min(count, slots - OVERSCAN);
  return {
    shown: Array.from({ length: drawn }, (_, at) => {
      const index = count - drawn + at;
      return { index, slot: index % slots, top: index * rowHeight };
    }),
    height: count * rowHeight,
  };
}
