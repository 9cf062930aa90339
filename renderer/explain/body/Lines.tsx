/** Many lines of text, drawn only where they are seen; lines that match a search stand out. */
import { useEffect, useMemo, useRef, type JSX } from 'react';
import { useRows } from '../../ui/use-rows.ts';

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
  const rows = useRows(scroller, lines.length, LINE_HEIGHT);
  const wanted = search.toLowerCase();
  const first = useMemo(() => (wanted === '' ? -1 : lines.findIndex((line) => line.toLowerCase().includes(wanted))), [lines, wanted]);
  useEffect(() => {
    const element = scroller.current;
    if (element !== null && first >= 0) element.scrollTop = first * LINE_HEIGHT - element.clientHeight / 2;
  }, [first]);
  const gutter = `${String(lines.length).length + 1}ch`;
  return (
    <div ref={scroller} className="lines" tabIndex={0} role="region" aria-label={label}>
      <div className="lines-inner" style={{ height: rows.height }}>
        {rows.shown.map(({ index, slot, top }) => {
          const line = lines[index] ?? '';
          const hit = wanted !== '' && line.toLowerCase().includes(wanted);
          return (
            <div key={slot} className={`line ${hit ? 'hit' : ''}`} style={{ transform: `translateY(${top}px)` }}>
              {numbered && (
                <span className="line-no" style={{ width: gutter }}>
                  {index + 1}
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
