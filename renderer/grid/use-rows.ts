/** Virtual rows of fixed height: only what is seen is drawn. The one place that touches TanStack Virtual. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, type RefObject } from 'react';

/** Rows drawn beyond each edge of what is seen. */
const OVERSCAN = 6;

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
  /** Height of what is seen of them, px. */
  room: number;
}

/**
 * Which of `count` rows are to be drawn in this scroller, and where. `standsAt`: where the scroller is put after this
 * drawing, px or its end, wherever it stands now; the rows of that place are drawn, or it would show where nothing is.
 */
export function useRows(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  standsAt?: number | 'end',
): Rows {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
  });
  useEffect(() => virtualizer.measure(), [rowHeight, virtualizer]);
  // As many slots as rows are drawn at most in this height: who enters at one edge gets the elements of who left at the other.
  const room = virtualizer.scrollRect?.height ?? 0;
  const seen = Math.ceil(room / rowHeight);
  const slots = seen + 2 * OVERSCAN + 2;
  if (standsAt === undefined)
    return {
      shown: virtualizer.getVirtualItems().map(({ index, start }) => ({ index, slot: index % slots, top: start })),
      height: virtualizer.getTotalSize(),
      room,
    };
  const last = standsAt === 'end' ? count : Math.min(count, Math.floor(standsAt / rowHeight) + seen + 1 + OVERSCAN);
  const first = Math.max(
    0,
    standsAt === 'end' ? count - (slots - OVERSCAN) : Math.floor(standsAt / rowHeight) - OVERSCAN,
  );
  return {
    shown: Array.from({ length: Math.max(0, last - first) }, (_, at) => {
      const index = first + at;
      return { index, slot: index % slots, top: index * rowHeight };
    }),
    height: count * rowHeight,
    room,
  };
}
