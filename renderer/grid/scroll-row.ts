/** Walking a table of fixed row height with the keyboard. */
import type { MouseEvent } from 'react';

/** Where a key leads from row `at`, not yet clipped; undefined for keys that do not move. `j` and `k` as in vi. */
export function rowAfterKey(
  key: string,
  at: number,
  last: number,
  scroller: HTMLElement | null,
  rowHeight: number,
): number | undefined {
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 400) / rowHeight) - 2);
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return at + 1;
    case 'ArrowUp':
    case 'k':
      return at - 1;
    case 'PageDown':
      return at + page;
    case 'PageUp':
      return at - page;
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return undefined;
  }
}

/** Brings a row into view below the sticky head, moving no more than needed. */
export function scrollRowIntoView(scroller: HTMLElement, index: number, rowHeight: number): void {
  const head = scroller.querySelector<HTMLElement>('.g-head-group')?.offsetHeight ?? 0;
  const room = scroller.clientHeight - head;
  const top = index * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
}

/** Shift and a press choose rows; the browser would paint all text between as well. */
export function keepTextUnselected(event: MouseEvent<HTMLElement>): void {
  if (!event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  event.currentTarget.focus({ preventScroll: true });
}
