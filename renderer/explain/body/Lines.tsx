/** Many lines of text, drawn only where they are seen; lines that match a search stand out. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, type JSX } from 'react';

const LINE_HEIGHT = 18;
/** Longer lines are cut into pieces: one line of a megabyte would stall the page. */
const LINE_MAX = 2000;

/** Splits text into lines of bounded length. */
export function cutLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    if (line.length <= LINE_MAX) return [line];
    const pieces: string[] = [];
    for (let at = 0; at < line.length; at += LINE_MAX) pieces.push(line.slice(at, at + LINE_MAX));
    return pieces;
  });
}

export function Lines({ lines, search, label, numbered = true }: { lines: readonly string[]; search: string; label: string; numbered?: boolean }): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => LINE_HEIGHT, overscan: 20 });
  const wanted = search.toLowerCase();
  const first = useMemo(() => (wanted === '' ? -1 : lines.findIndex((line) => line.toLowerCase().includes(wanted))), [lines, wanted]);
  useEffect(() => {
    if (first >= 0) virtualizer.scrollToIndex(first, { align: 'center' });
  }, [first, virtualizer]);
  const gutter = `${String(lines.length).length + 1}ch`;
  return (
    <div ref={scroller} className="lines" tabIndex={0} role="region" aria-label={label}>
      <div className="lines-inner" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map((item) => {
          const line = lines[item.index] ?? '';
          const hit = wanted !== '' && line.toLowerCase().includes(wanted);
          return (
            <div key={item.key} className={`line ${hit ? 'hit' : ''}`} style={{ transform: `translateY(${item.start}px)` }}>
              {numbered && (
                <span className="line-no" style={{ width: gutter }}>
                  {item.index + 1}
                </span>
              )}
              <span>{line}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
