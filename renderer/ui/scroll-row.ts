/** Brings a row of a table with a sticky head and fixed row height into view, moving no more than needed. */

export function scrollRowIntoView(scroller: HTMLElement, index: number, rowHeight: number): void {
  const head = scroller.querySelector<HTMLElement>('.t-head-group')?.offsetHeight ?? 0;
  const room = scroller.clientHeight - head;
  const top = index * rowHeight;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + rowHeight > scroller.scrollTop + room) scroller.scrollTop = top + rowHeight - room;
}
